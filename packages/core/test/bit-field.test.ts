import { bitFieldSizeInBytes, bitFieldValue } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';

describe('bitFieldSizeInBytes', () => {
  for (const [firstBit, sizeInBits, bytes] of [
    [0, 1, 1],
    [7, 1, 1],
    [7, 2, 2],
    [0, 64, 8],
    [1, 64, 9],
  ] as const) {
    it(`${sizeInBits} bits from bit ${firstBit} lie in ${bytes} bytes`, () => {
      expect(bitFieldSizeInBytes({ firstBit, sizeInBits })).to.equal(bytes);
    });
  }
});

describe('bitFieldValue', () => {
  it('counts from the lowest bit in little endian', () => {
    const bytes = Uint8Array.of(0b1010_0000, 0b0000_0011);
    expect(bitFieldValue(bytes, { firstBit: 5, sizeInBits: 5 }, 'little')).to.equal(0b11101n);
  });

  it('counts from the highest bit in big endian', () => {
    const bytes = Uint8Array.of(0b0000_0101, 0b1100_0000);
    expect(bitFieldValue(bytes, { firstBit: 5, sizeInBits: 5 }, 'big')).to.equal(0b10111n);
  });

  it('finds the value that was put there, whatever its neighbours hold', () => {
    const fields = fc.record({
      firstBit: fc.integer({ min: 0, max: 7 }),
      sizeInBits: fc.integer({ min: 1, max: 64 }),
      around: fc.bigInt({ min: 0n, max: (1n << 72n) - 1n }),
      value: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      order: fc.constantFrom('little' as const, 'big' as const),
    });
    fc.assert(
      fc.property(fields, ({ firstBit, sizeInBits, around, value, order }) => {
        const length = bitFieldSizeInBytes({ firstBit, sizeInBits });
        const wanted = BigInt.asUintN(sizeInBits, value);
        const shift = BigInt(order === 'little' ? firstBit : length * 8 - firstBit - sizeInBits);
        const mask = ((1n << BigInt(sizeInBits)) - 1n) << shift;
        const all = (BigInt.asUintN(length * 8, around) & ~mask) | (wanted << shift);
        const ascending = Uint8Array.from({ length }, (_, at) =>
          Number((all >> BigInt(at * 8)) & 0xffn),
        );
        const bytes = order === 'little' ? ascending : ascending.toReversed();
        expect(bitFieldValue(bytes, { firstBit, sizeInBits }, order)).to.equal(wanted);
      }),
    );
  });
});
