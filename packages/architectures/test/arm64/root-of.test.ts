import { arm64 } from '@vmcorekit/architectures';
import { expect } from 'chai';

/** TCR_EL1 with these sizes. Source: Arm Architecture Reference Manual, TCR_EL1. */
function tcr(addressBits: number, granule: 4 | 16 | 64): bigint {
  const tg1 = { 16: 1n, 4: 2n, 64: 3n }[granule];
  return (BigInt(64 - addressBits) << 16n) | (tg1 << 30n);
}

function rootOf(sctlr: bigint, tcr_el1: bigint, ttbr1: bigint): string | undefined {
  const registers = new Map([
    ['sctlr_el1', sctlr],
    ['tcr_el1', tcr_el1],
    ['ttbr1_el1', ttbr1],
  ]);
  return arm64.mmu?.rootOf(registers)?.summary;
}

describe('the root that registers of arm64 name', () => {
  it('has the sizes that TCR_EL1 states, and the address of TTBR1_EL1 without its ASID', () => {
    const ttbr1 = (0x12n << 48n) | 0x41a93000n | 1n;
    expect(rootOf(1n, tcr(48, 4), ttbr1)).to.equal(
      '4-level tables of 4 KiB pages for 48 bits at 0x41a93000',
    );
    expect(rootOf(1n, tcr(42, 64), 0x41a90000n)).to.equal(
      '2-level tables of 64 KiB pages for 42 bits at 0x41a90000',
    );
    expect(rootOf(1n, tcr(47, 16), 0x41a90000n)).to.equal(
      '3-level tables of 16 KiB pages for 47 bits at 0x41a90000',
    );
  });

  it('is none where the MMU is off, the sizes are of no Linux, or nothing is known', () => {
    expect(rootOf(0n, tcr(48, 4), 0x1000n)).to.equal(undefined);
    expect(rootOf(1n, tcr(30, 4), 0x1000n)).to.equal(undefined);
    expect(rootOf(1n, tcr(48, 4), 0n)).to.equal(undefined);
    expect(arm64.mmu?.rootOf(new Map())).to.equal(undefined);
  });
});
