import { BufferSource } from '@vmcorekit/core';
import { propertyRuns } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { RankedBitmap } from '../dist/part/ranked-bitmap.js';

/** Bits as the format counts them, the plain way. */
function bitsOf(bytes: Uint8Array, sizeInBits: number): boolean[] {
  return Array.from(
    { length: sizeInBits },
    (_, bit) => (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1,
  );
}

/** Long stretches of one value, so that blocks are skipped, between short ones. */
const runs = fc.array(
  fc.tuple(fc.constantFrom(0, 0xff, 0x01, 0x80, 0x5a), fc.integer({ min: 1, max: 6000 })),
  {
    minLength: 1,
    maxLength: 6,
  },
);

describe('RankedBitmap', () => {
  it('counts, finds and lists bits as a plain loop does', () => {
    fc.assert(
      fc.property(
        runs,
        fc.nat(7),
        fc.array(fc.nat(300_000), { maxLength: 20 }),
        (stretches, missing, places) => {
          const bytes = Uint8Array.from(
            stretches.flatMap(([value, length]) => Array<number>(length).fill(value)),
          );
          const sizeInBits = bytes.length * 8 - missing;
          const bits = bitsOf(bytes, sizeInBits);
          const bitmap = new RankedBitmap(new BufferSource(bytes), 0, sizeInBits);
          for (const place of [0, sizeInBits, 32768, ...places].map((bit) =>
            Math.min(bit, sizeInBits),
          )) {
            expect(bitmap.has(place)).to.equal(bits[place] ?? false);
            expect(bitmap.rank(place)).to.equal(bits.slice(0, place).filter(Boolean).length);
            for (const wanted of [true, false]) {
              const found = bits.indexOf(wanted, place);
              expect(bitmap.next(wanted, place, sizeInBits)).to.equal(
                found < 0 ? sizeInBits : found,
              );
            }
          }
          const listed = [...bitmap.runs(0, sizeInBits)].flatMap(({ start, end }) =>
            Array.from({ length: end - start }, (_, i) => start + i),
          );
          expect(listed).to.deep.equal(bits.flatMap((isSet, bit) => (isSet ? [bit] : [])));
        },
      ),
      { numRuns: propertyRuns(10) },
    );
  });

  it('reads bits after the end of the file as clear, and says where they begin', () => {
    const bitmap = new RankedBitmap(new BufferSource(new Uint8Array(10).fill(0xff)), 4, 100);
    expect(bitmap.knownBits).to.equal(48);
    expect([
      bitmap.has(47),
      bitmap.has(48),
      bitmap.rank(100),
      bitmap.next(false, 0, 100),
    ]).to.deep.equal([true, false, 48, 48]);
    expect([...bitmap.runs(0, 100)]).to.deep.equal([{ start: 0, end: 48 }]);
  });

  it('ignores the bits that come after its own end', () => {
    const bitmap = new RankedBitmap(new BufferSource(new Uint8Array(10).fill(0xff)), 0, 11);
    expect([
      bitmap.has(10),
      bitmap.has(11),
      bitmap.rank(99),
      bitmap.next(false, 3, 11),
    ]).to.deep.equal([true, false, 11, 11]);
  });
});
