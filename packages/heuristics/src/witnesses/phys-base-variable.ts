import { hex, type Witness } from '@vmcorekit/core';
import { physBaseVariableOf } from '@vmcorekit/linux';

/**
 * Reads the kernel's own `phys_base` through the candidate's page tables. The kernel computes physical addresses with it, so it cannot
 * be wrong in a kernel that ran. Source: Linux, arch/x86/kernel/head_64.S; it has the name on x86-64 only.
 */
export const physBaseVariable: Witness = {
  name: 'phys-base-variable',
  summary: "compares the kernel's variable phys_base, read through the candidate's page tables, with the candidate",
  architectures: ['x86_64'],
  *testify(_context, { kernel, claim }) {
    const variable = kernel === null ? undefined : physBaseVariableOf(kernel);
    if (kernel === null || variable === undefined) {
      return;
    }
    const { address, value } = variable;
    const physBase = Number(value);
    const isSame = physBase === claim.physBase;
    yield {
      stance: isSame ? 'for' : 'against',
      evidence: 'symbols',
      strength: isSame ? 'proof' : 'strong',
      isThroughPageTables: true,
      claim: Number.isSafeInteger(physBase) ? { physBase } : {},
      because: `the variable phys_base holds ${hex(value)}`,
      at: [{ virtualAddress: address, physicalAddress: kernel.memory.translate(address).physicalAddress }],
    };
  },
};
