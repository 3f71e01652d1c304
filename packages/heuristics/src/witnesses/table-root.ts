import {
  type Dump,
  hex,
  type KernelLayout,
  type SymbolTable,
  type Testimony,
  tryRead,
  type Witness,
  type WitnessedCandidate,
} from '@vmcorekit/core';
import { kernelImageThrough } from '@vmcorekit/linux';

/** The kernel's own root table: `init_top_pgt` since v4.13, `init_level4_pgt` before. */
const rootTableNames = ['init_top_pgt', 'init_level4_pgt'] as const;
const lastEntryOffset = 511 * 8;
/** Bits 12 to 46: the address, without flags and without the bits that memory encryption uses. */
const addressMask = 0x7fff_ffff_f000n;
const pagingLevels = [4, 5] as const;

/**
 * The kernel's own root table, by its symbol and phys_base, must lead to the tables that the candidate is seen through. A CPU mostly uses a
 * process's root, so it is the last entry that is compared, which all roots of a kernel share, not the address; where even that differs (a
 * user half of page-table isolation), what the two map.
 * Source: Linux, arch/x86/mm/pgtable.c (pgd_ctor copies the kernel's entries), Documentation/admin-guide/kdump/vmcoreinfo.rst.
 */
export const tableRoot: Witness = {
  name: 'table-root',
  summary: "compares the kernel's own root table (init_top_pgt) with the page tables the candidate is seen through",
  architectures: ['x86_64'],
  *testify({ dump }, candidate) {
    const layout = dump.architecture?.kernelLayout;
    const named = rootTableOf(dump, candidate, yield* candidate.symbols());
    if (layout !== undefined && named !== undefined) {
      yield* compare(dump, candidate, layout, named);
    }
  },
};

interface NamedTable {
  readonly virtualAddress: bigint;
  readonly from: 'symbols' | 'vmcoreinfo';
}

/** Where the table is, by the kernel's symbols, or else by a VMCOREINFO note that speaks of this very candidate. */
function rootTableOf(dump: Dump, candidate: WitnessedCandidate, symbols: SymbolTable | undefined): NamedTable | undefined {
  const isOfCandidate = dump.vmcoreinfo?.physBase === candidate.claim.physBase;
  for (const name of rootTableNames) {
    const symbol = symbols?.addressOf(name);
    const told = isOfCandidate ? dump.vmcoreinfo?.symbol(name) : undefined;
    const virtualAddress = symbol ?? told;
    if (virtualAddress !== undefined) {
      return { virtualAddress, from: symbol === undefined ? 'vmcoreinfo' : 'symbols' };
    }
  }
  return undefined;
}

function* compare(
  dump: Dump,
  candidate: WitnessedCandidate,
  layout: KernelLayout,
  { virtualAddress, from }: NamedTable,
): Generator<Testimony, void, void> {
  const { physBase } = candidate.claim;
  const table = Number(virtualAddress - layout.imageWindowStart) + physBase;
  const own = table < 0 ? undefined : tryRead(() => dump.image.memory.readUint64(table + lastEntryOffset));
  if (own === undefined) {
    return;
  }
  const [run] = candidate.runs;
  const seen = run === undefined ? undefined : tryRead(() => candidate.space?.translate(run.virtualAddress).entries[0]?.value);
  const isShared = seen !== undefined && (seen & addressMask) === (own & addressMask) && (own & 1n) === 1n;
  const levels = pagingLevels.find(
    (each) => kernelImageThrough(dump, { pageTableRoot: table, levels: each })?.physBase === physBase,
  );
  const common = {
    evidence: from,
    isThroughPageTables: candidate.space !== null,
    at: [{ virtualAddress, physicalAddress: table }],
  };
  if (levels !== undefined) {
    yield {
      ...common,
      stance: 'for',
      strength: 'strong',
      claim: { pageTableRoot: table, pagingLevels: levels },
      because: `init_top_pgt at ${hex(table)} ${isShared ? 'shares the tables of this image' : 'maps the same image'}`,
    };
    return;
  }
  // A root without even an entry for the image is a page that was lost or wiped, which speaks of no other kernel.
  const isWiped = (own & 1n) === 0n;
  yield {
    ...common,
    stance: 'against',
    strength: from === 'symbols' && !isWiped ? 'strong' : 'weak',
    claim: {},
    because: `init_top_pgt would lie at ${hex(table)}, but what is there maps ${isWiped ? 'nothing' : 'no image'} at phys_base ${hex(physBase)}`,
  };
}
