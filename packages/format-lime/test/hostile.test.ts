import { type DumpImage, isVmcorekitError } from '@vmcorekit/core';
import { LimeFormat } from '@vmcorekit/format-lime';
import { buildLime, headOf, propertyRuns } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { openLime, pattern } from './opened.ts';

const anyRange = fc.record({
  s_addr: fc.oneof(fc.nat(0x8000), fc.maxSafeNat()),
  e_addr: fc.oneof(fc.nat(0x8000), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  version: fc.constantFrom(1, 1, 1, 2),
  reserved: fc.constantFrom(0n, 0n, 0n, 1n),
  data: fc.nat(0x3000).map((length) => pattern(length, length)),
});

async function surviveWith(bytes: Uint8Array): Promise<void> {
  new LimeFormat().probe(headOf(bytes));
  try {
    using image = await openLime(bytes);
    readSome(image);
  } catch (error) {
    expect(isVmcorekitError(error), String(error)).to.equal(true);
  }
}

function readSome({ memory }: DumpImage): void {
  for (const { start, end } of memory.ranges.slice(0, 20)) {
    expect(start).to.be.below(end);
    expect(end).to.be.at.most(2 ** 52);
    for (const address of [start, end - 1]) {
      try {
        expect(memory.read(address, 1)).to.have.length(1);
      } catch (error) {
        expect(isVmcorekitError(error, 'page-unreadable'), String(error)).to.equal(true);
      }
    }
  }
}

describe('hostile LiME files', () => {
  it('end in a result or an error of the library, whatever their headers say', () =>
    fc.assert(
      fc.asyncProperty(fc.array(anyRange, { maxLength: 6 }), fc.nat(64), (ranges, cut) => {
        const bytes = buildLime(ranges);
        return surviveWith(bytes.subarray(0, Math.max(0, bytes.length - cut)));
      }),
      { numRuns: propertyRuns(100) },
    ));

  it('hold in every byte what the first range that covers it has there', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ s_addr: fc.nat(0x6000), size: fc.integer({ min: 1, max: 0x2000 }) }), {
          minLength: 1,
          maxLength: 6,
        }),
        async (places) => {
          const ranges = places.map(({ s_addr, size }, seed) => ({
            s_addr,
            data: pattern(size, seed),
          }));
          using image = await openLime(buildLime(ranges));
          for (const { start, end } of image.memory.ranges) {
            const expected = Uint8Array.from({ length: end - start }, (_, index) => {
              const at = start + index;
              const holder = ranges.find((one) => at - one.s_addr in one.data);
              return holder?.data[at - holder.s_addr] ?? 0;
            });
            expect(image.memory.read(start, end - start)).to.deep.equal(expected);
          }
        },
      ),
      { numRuns: propertyRuns(25) },
    ));
});
