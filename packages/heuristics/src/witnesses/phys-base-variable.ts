import {
  hex,
  type KernelClaim,
  type KernelView,
  type Progress,
  type Testimony,
  type Witness,
} from '@vmcorekit/core';
import { findPhysBaseInCode, physBaseVariableOf } from '@vmcorekit/linux';

/**
 * Reads the kernel's own `phys_base` through the candidate's page tables. The kernel computes
 * physical addresses with it, so it cannot be wrong in a kernel that ran. Where no symbol names it
 * (kallsyms without data, or none), the code that uses it shows its place. Source: Linux,
 * arch/x86/kernel/head_64.S; only x86-64 has this name.
 */
export const physBaseVariable: Witness = {
  name: 'phys-base-variable',
  summary:
    "compares the kernel's variable phys_base, read through the candidate's page tables, with the candidate",
  architectures: ['x86_64'],
  *testify(_context, { kernel, claim }) {
    if (kernel === null) {
      return;
    }
    yield* kernel.symbols.find('phys_base') === undefined
      ? byCode(kernel, claim)
      : bySymbol(kernel, claim);
  },
};

function* bySymbol(kernel: KernelView, claim: KernelClaim): Generator<Testimony, void, void> {
  const variable = physBaseVariableOf(kernel);
  if (variable === undefined) {
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
    at: [
      {
        virtualAddress: address,
        physicalAddress: kernel.memory.translate(address).physicalAddress,
      },
    ],
  };
}

/**
 * Ignores any other value, because the variable may be another operand. Without a symbol, the page
 * tables alone vouch for it.
 */
function* byCode(
  kernel: KernelView,
  claim: KernelClaim,
): Generator<Testimony | Progress, void, void> {
  const variable = yield* findPhysBaseInCode(kernel);
  if (variable === undefined || Number(variable.value) !== claim.physBase) {
    return;
  }
  const { address, value, root, foundBy } = variable;
  const where =
    foundBy === 'symbol' ? `secondary_startup_64 (${kernel.symbols.from})` : 'the entry code';
  yield {
    stance: 'for',
    evidence: foundBy === 'symbol' ? 'symbols' : 'paging',
    strength: foundBy === 'symbol' ? 'proof' : 'strong',
    isThroughPageTables: true,
    claim: { physBase: Number(value) },
    because: `${where} adds the variable at ${hex(address)}, which holds ${hex(value)}, to its root table's address, ${hex(root.tableAddress ?? 0)}`,
    at: [
      {
        virtualAddress: address,
        physicalAddress: kernel.memory.translate(address).physicalAddress,
      },
    ],
  };
}
