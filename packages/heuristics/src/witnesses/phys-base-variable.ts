import { hex, orUnreadable, type Witness } from '@vmcorekit/core';

/**
 * Reads the kernel's own `phys_base` through the candidate's page tables. The kernel computes physical addresses with it, so it cannot
 * be wrong in a kernel that ran. Source: Linux, arch/x86/kernel/head_64.S; it has the name on x86-64 only.
 */
export const physBaseVariable: Witness = {
  name: 'phys-base-variable',
  summary: "compares the kernel's variable phys_base, read through the candidate's page tables, with the candidate",
  architectures: ['x86_64'],
  *testify(_context, candidate) {
    const { space, claim } = candidate;
    const address = (yield* candidate.symbols())?.addressOf('phys_base');
    const value = space === null || address === undefined ? undefined : orUnreadable(() => space.readUint64(address));
    if (space === null || address === undefined || value === undefined) {
      return;
    }
    const physBase = Number(BigInt.asIntN(64, value));
    const isSame = physBase === claim.physBase;
    yield {
      verdict: isSame ? 'for' : 'against',
      evidence: 'symbols',
      strength: isSame ? 'proof' : 'strong',
      throughPageTables: true,
      claim: Number.isSafeInteger(physBase) ? { physBase } : {},
      because: `the variable phys_base holds ${hex(BigInt.asIntN(64, value))}`,
      at: [{ virtualAddress: address, physicalAddress: space.translate(address).physicalAddress }],
    };
  },
};
