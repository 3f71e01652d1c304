import { arm64 } from '@vmcorekit/architectures';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

/** TCR_EL1 with these sizes. Source: Arm Architecture Reference Manual, TCR_EL1. */
function tcr(addressBits: number, granule: 4 | 16 | 64): bigint {
  const tg1 = { 16: 1n, 4: 2n, 64: 3n }[granule];
  return (BigInt(64 - addressBits) << 16n) | (tg1 << 30n);
}

function rootsOf(sctlr: bigint, tcrEl1: bigint, ttbr1: bigint): string[] {
  const registers = new Map([
    ['sctlr_el1', sctlr],
    ['tcr_el1', tcrEl1],
    ['ttbr1_el1', ttbr1],
  ]);
  const roots = arm64.mmu?.kernelRootsOf?.(new SparseMemory({ ranges: [] }), registers) ?? [];
  return roots.map(({ summary }) => summary);
}

describe("the roots that arm64's registers suggest", () => {
  it('come first as TCR_EL1 states them, at TTBR1_EL1 without its ASID', () => {
    const ttbr1 = (0x12n << 48n) | 0x41a9_3000n | 1n;
    expect(rootsOf(1n, tcr(48, 4), ttbr1)[0]).to.equal(
      '4-level tables of 4 KiB pages for 48 bits at 0x41a93000',
    );
    expect(rootsOf(1n, tcr(42, 64), 0x41a9_0000n)[0]).to.equal(
      '2-level tables of 64 KiB pages for 42 bits at 0x41a90000',
    );
    expect(rootsOf(1n, tcr(47, 16), 0x41a9_0000n)[0]).to.equal(
      '3-level tables of 16 KiB pages for 47 bits at 0x41a90000',
    );
  });

  it('are also those two pages after the trampoline that a program leaves there', () => {
    expect(rootsOf(1n, tcr(48, 4), 0x41a9_0000n)[1]).to.equal(
      '4-level tables of 4 KiB pages for 48 bits at 0x41a92000',
    );
  });

  it('begin with the page where a processor enters a table of 52 bits near its end', () => {
    expect(rootsOf(1n, tcr(48, 64), 0x41a9_1e00n)).to.include(
      '3-level tables of 64 KiB pages for 52 bits at 0x41a90000',
    );
  });

  it('are none where the MMU is off, no granule is stated, or nothing is known', () => {
    expect(rootsOf(0n, tcr(48, 4), 0x1000n)).to.deep.equal([]);
    expect(rootsOf(1n, 16n << 16n, 0x1000n)).to.deep.equal([]);
    expect(arm64.mmu?.kernelRootsOf?.(new SparseMemory({ ranges: [] }), new Map())).to.deep.equal(
      [],
    );
    expect(arm64.mmu?.rootOf(new Map([['ttbr1_el1', 0x1000n]]))).to.equal(undefined);
  });
});
