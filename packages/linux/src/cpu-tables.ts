import {
  type Cpu,
  type Dump,
  type ErrorFacts,
  isVmcorekitError,
  isZero,
  type Mmu,
  type PhysicalMemory,
  type TranslationRoot,
  tryRead,
  type VirtualRange,
} from '@vmcorekit/core';

/** Twice the entries of Linux's image window; hostile tables could go on for long. */
const maxSteps = 1024;

/**
 * Why a table cannot be followed: the state of its page, `outside` all memory that the file
 * describes, or a page of zeros.
 */
export type TableLoss = 'absent' | 'outside' | 'excluded' | 'corrupt' | 'zero';

/** A table that cannot be followed. */
interface LostTable {
  readonly tableAddress: number;
  readonly loss: TableLoss;
}

/** What a CPU's registers and page tables say about the kernel it runs. */
export type CpuTables =
  /**
   * Unknown: the registers name no page tables, and do not say that there were none. Or the tables
   * lead on without end.
   */
  | { readonly kind: 'unknown' }
  /** The CPU translated no addresses: it was in firmware, or not started yet. */
  | { readonly kind: 'off' }
  /**
   * A table on the way to the kernel image cannot be read, or is a page of zeros, which no CPU
   * could use as a table.
   */
  | ({ readonly kind: 'lost'; readonly root: TranslationRoot } & LostTable)
  /**
   * The tables at the root do not map the instruction that the CPU ran, so they are not its own (a
   * nested guest's lie elsewhere).
   */
  | {
      readonly kind: 'foreign';
      readonly root: TranslationRoot;
      readonly instructionAddress: bigint;
    }
  /** The CPU's tables can be followed: what they map, and what they do not map, is true. */
  | { readonly kind: 'whole'; readonly root: TranslationRoot };

/**
 * Whether a CPU's own page tables are in the dump. Only then does it prove anything that they map
 * no kernel. Source: Intel SDM volume 3, "Paging": a processor cannot run an instruction that its
 * tables do not map.
 */
export function cpuTablesOf(
  dump: Pick<Dump, 'architecture' | 'layout' | 'image'>,
  { registers }: Pick<Cpu, 'registers'>,
): CpuTables {
  const mmu = dump.architecture?.mmu;
  const root = mmu?.rootOf(registers);
  if (mmu === undefined || root === undefined) {
    return { kind: mmu?.isTranslating?.(registers) === false ? 'off' : 'unknown' };
  }
  const { memory } = dump.image;
  const at = mmu.instructionAddress?.(registers);
  const window = dump.layout?.imageWindow(root);
  const ways = [
    ...(window === undefined ? [] : [window]),
    ...(at === undefined ? [] : [{ start: at, end: at + 1n }]),
  ];
  for (const way of ways) {
    const lost = lossWithin(memory, mmu, root, way);
    if (lost !== undefined) {
      return lost === 'endless' ? { kind: 'unknown' } : { kind: 'lost', root, ...lost };
    }
  }
  return at === undefined || isMapped(memory, mmu, root, at)
    ? { kind: 'whole', root }
    : { kind: 'foreign', root, instructionAddress: at };
}

/**
 * The first lost table on the way to the first mapping of a window; undefined where none is lost.
 */
function lossWithin(
  memory: PhysicalMemory,
  mmu: Mmu,
  root: TranslationRoot,
  { start, end }: VirtualRange,
): LostTable | 'endless' | undefined {
  let address = start;
  let wholeTable: number | undefined;
  for (let step = 0; address < end; step++) {
    if (step >= maxSteps) {
      return 'endless';
    }
    const gap = gapOrLossAt(memory, mmu, root, address);
    if (gap === undefined || 'loss' in gap) {
      return gap;
    }
    const { entryAt, unmappedUntil = end } = gap;
    const table = entryAt === undefined ? undefined : pageOf(entryAt, root);
    if (table !== undefined && table !== wholeTable && isZeroTable(memory, table, root)) {
      return { tableAddress: table, loss: 'zero' };
    }
    wholeTable = table;
    address = unmappedUntil > address ? unmappedUntil : end;
  }
  return undefined;
}

/** Why an address is not mapped, or the lost table on the way; undefined where it is mapped. */
function gapOrLossAt(
  memory: PhysicalMemory,
  mmu: Mmu,
  root: TranslationRoot,
  address: bigint,
): ErrorFacts['not-mapped'] | LostTable | undefined {
  try {
    if (mmu.gapAt !== undefined) {
      return mmu.gapAt(memory, root, address);
    }
    mmu.translate(memory, root, address);
    return undefined;
  } catch (error) {
    if (isVmcorekitError(error, 'not-mapped')) {
      return error.facts;
    }
    if (!isVmcorekitError(error, 'page-unreadable')) {
      throw error;
    }
    const { physicalAddress, state } = error.facts;
    const isDescribed = memory.ranges.some(
      (range) => range.start <= physicalAddress && physicalAddress < range.end,
    );
    return {
      tableAddress: pageOf(physicalAddress, root),
      loss: state === 'absent' && !isDescribed ? 'outside' : state,
    };
  }
}

function isZeroTable(
  memory: PhysicalMemory,
  page: number,
  { basePageSizeInBytes }: TranslationRoot,
): boolean {
  return tryRead(() => isZero(memory.read(page, basePageSizeInBytes))) === true;
}

function pageOf(physicalAddress: number, { basePageSizeInBytes }: TranslationRoot): number {
  return physicalAddress - (physicalAddress % basePageSizeInBytes);
}

function isMapped(
  memory: PhysicalMemory,
  mmu: Mmu,
  root: TranslationRoot,
  address: bigint,
): boolean {
  return tryRead(() => mmu.translate(memory, root, address)) !== undefined;
}
