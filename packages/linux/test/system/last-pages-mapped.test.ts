import type { Kernel, PhysicalRange } from '@vmcorekit/core';
import { lastPagesMapped } from '@vmcorekit/linux';
import { expect } from 'chai';
import { base, kernelWith, words } from './kernel-with.ts';

/** What a kernel names whose image lies at physical 0: the first and the last page of ranges. */
function pagesOf(
  ranges: readonly (readonly [bigint, bigint])[] | null,
  fields: Partial<Kernel> = {},
  count: bigint = BigInt(ranges?.length ?? 1),
  physBase: number | null = 0,
) {
  const kernel = kernelWith({
    nr_pfn_mapped: words(count),
    pfn_mapped: ranges === null ? null : words(...ranges.flat()),
  });
  const located = { ...kernel.located, imageOffset: base, physBase };
  return lastPagesMapped({ ...kernel, located, ...fields });
}

function page(start: number): PhysicalRange {
  return { start, end: start + 0x1000 };
}

const ranges = [
  [0n, 0xbffe0n],
  [0x100000n, 0x140000n],
] as const;

describe('lastPagesMapped', () => {
  it('names the last page of each range, also above a hole', () => {
    expect(pagesOf(ranges)).to.deep.equal([page(0xbffdf000), page(0x13ffff000)]);
  });

  it('needs no page tables, which may lie in memory that is elsewhere', () => {
    const memory = {
      readPointer: () => expect.fail('it was read through page tables'),
    } as unknown as Kernel['memory'];
    expect(pagesOf(ranges, { memory })).to.have.length(2);
  });

  it('names none in the first MiB, where devices are mapped too', () => {
    expect(pagesOf([[0n, 0x100n]])).to.deep.equal([]);
  });

  it('names none where the ranges cannot be, or cannot be read', () => {
    expect(pagesOf([[0x8001n, 0x8000n]])).to.deep.equal([]);
    expect(pagesOf([[0n, 1n << 60n]])).to.deep.equal([]);
    expect(pagesOf(ranges, {}, 0xffff_ffffn)).to.deep.equal([]);
    expect(pagesOf(null)).to.deep.equal([]);
  });

  it('names none of other machines, which have no phys_base', () => {
    expect(pagesOf(ranges, {}, 2n, null)).to.deep.equal([]);
  });
});
