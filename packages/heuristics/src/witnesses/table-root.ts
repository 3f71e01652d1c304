import {
  type Dump,
  hex,
  isVmcorekitError,
  type Mmu,
  type PhysicalMemory,
  type Testimony,
  type TranslationRoot,
  tryRead,
  type Witness,
  type WitnessedCandidate,
} from '@vmcorekit/core';
import { kernelImageThrough } from '@vmcorekit/linux';
import { isAsLinked } from './linked-root.ts';

/**
 * The kernel's own root table, found by its symbol and the image offset, must lead to the tables
 * through which the candidate is seen. A CPU mostly uses a process's root. So the witness compares
 * the top entry for the image, which all roots of a kernel share, and not the address. Where even
 * that differs (a user half of page-table isolation), it compares what the two map. Source: Linux,
 * arch/x86/mm/pgtable.c (pgd_ctor copies the kernel's entries),
 * Documentation/admin-guide/kdump/vmcoreinfo.rst.
 */
export const tableRoot: Witness = {
  name: 'table-root',
  summary:
    "compares the kernel's own root table (init_top_pgt) with the page tables the candidate is seen through",
  architectures: 'any',
  *testify({ dump }, candidate) {
    const mmu = dump.architecture?.mmu;
    const named = rootTableOf(dump, candidate);
    if (mmu !== undefined && named !== undefined) {
      yield* compare(dump, mmu, candidate, named);
    }
  },
};

interface NamedTable {
  readonly name: string;
  readonly virtualAddress: bigint;
  readonly from: 'symbols' | 'vmcoreinfo';
}

/**
 * The address of the table: by the kernel's symbols, else by a VMCOREINFO note about this very
 * candidate.
 */
function rootTableOf(
  { layout, vmcoreinfo }: Dump,
  { kernel, claim }: WitnessedCandidate,
): NamedTable | undefined {
  const told =
    vmcoreinfo === null ? undefined : layout?.readVmcoreInfo(vmcoreinfo).claim.imageOffset;
  for (const name of layout?.rootTableSymbols ?? []) {
    const symbol = kernel?.symbols.find(name)?.address;
    const virtualAddress =
      symbol ?? (told === claim.imageOffset ? vmcoreinfo?.symbol(name) : undefined);
    if (virtualAddress !== undefined) {
      return { name, virtualAddress, from: symbol === undefined ? 'vmcoreinfo' : 'symbols' };
    }
  }
  return undefined;
}

function* compare(
  dump: Dump,
  mmu: Mmu,
  { kernel, claim }: WitnessedCandidate,
  { name, virtualAddress, from }: NamedTable,
): Generator<Testimony, void, void> {
  const { memory } = dump.image;
  const table = Number(BigInt.asIntN(64, virtualAddress - claim.imageOffset));
  if (
    !Number.isSafeInteger(table) ||
    table < 0 ||
    tryRead(() => memory.readUint64(table)) === undefined
  ) {
    return;
  }
  const roots = mmu.rootsAt(table);
  const root = roots.find(
    (each) => kernelImageThrough(dump, each)?.imageOffset === claim.imageOffset,
  );
  const common = {
    evidence: from,
    isThroughPageTables: kernel !== null,
    at: [{ virtualAddress, physicalAddress: table }],
  };
  if (root !== undefined) {
    const [run] = kernel?.runs ?? [];
    const seen = run && kernel && topTable(mmu, memory, kernel.root, run.virtualAddress);
    const isShared =
      run !== undefined &&
      typeof seen === 'number' &&
      seen === topTable(mmu, memory, root, run.virtualAddress);
    yield {
      ...common,
      stance: 'for',
      strength: 'strong',
      claim: { root },
      because: `${name} at ${hex(table)} ${isShared ? 'shares the tables of this image' : 'maps the same image'}`,
    };
    return;
  }
  if (
    kernel !== null &&
    roots.some((each) => isAsLinked(mmu, memory, each, kernel, claim.imageOffset))
  ) {
    yield {
      ...common,
      stance: 'for',
      strength: 'hint',
      claim: {},
      because: `${name} at ${hex(table)} still has its link-time contents: the kernel has only begun to boot`,
    };
    return;
  }
  // A root without any entry for the image is a page that was lost or wiped. It is no evidence of
  // another kernel.
  const { start } = dump.layout?.imageWindow(roots[0] ?? null) ?? { start: virtualAddress };
  // Where a table on the way to the image is not in the dump, nothing is known of what it maps.
  const text = claim.textVirtualAddress ?? start;
  if (from === 'vmcoreinfo' && roots.some((each) => isLost(mmu, memory, each, text))) {
    return;
  }
  const isWiped = roots.every((each) => topTable(mmu, memory, each, start) === 'nothing');
  const place =
    claim.physBase === undefined
      ? `image offset ${hex(claim.imageOffset)}`
      : `phys_base ${hex(claim.physBase)}`;
  yield {
    ...common,
    stance: 'against',
    strength: from === 'symbols' && !isWiped ? 'strong' : 'weak',
    claim: {},
    because: `${name} should be at ${hex(table)}, but the table there maps ${isWiped ? 'nothing' : 'no image'} at ${place}`,
  };
}

function isLost(mmu: Mmu, memory: PhysicalMemory, root: TranslationRoot, address: bigint): boolean {
  try {
    mmu.translate(memory, root, address);
    return false;
  } catch (error) {
    return isVmcorekitError(error, 'page-unreadable');
  }
}

/** The target of a root's own entry for an address: a table, nothing, or unknown. */
function topTable(
  mmu: Mmu,
  memory: PhysicalMemory,
  root: TranslationRoot,
  address: bigint,
): number | 'nothing' | undefined {
  try {
    return mmu.translate(memory, root, address).entries[0]?.leadsTo;
  } catch (error) {
    if (isVmcorekitError(error, 'not-mapped')) {
      return error.facts.level === root.levels ? 'nothing' : undefined;
    }
    if (isVmcorekitError(error, 'page-unreadable')) {
      return undefined;
    }
    throw error;
  }
}
