import { type Dump, hex, type Kernel, type Progress, type TranslationRoot } from '@vmcorekit/core';

/** Enough for 512 GiB mapped in 4 KiB pages; a hostile table could lead on forever. */
const maxTables = 262_144;

/**
 * The pages that hold page tables of the located kernel and of what its CPUs ran. Tables of other
 * processes are not included.
 */
export interface PageTablesReport {
  /** Hexadecimal; the kernel's root first. */
  readonly roots: readonly string[];
  readonly pages: number;
  readonly bytes: number;
  /** False where there are more tables than were read. */
  readonly isEveryTableRead: boolean;
}

export interface PlacedPageTables extends PageTablesReport {
  /** Physical addresses of the pages. */
  readonly places: readonly number[];
}

const tableSizeInBytes = 4096;
const tablesPerStep = 64;

/** Null where no root is known, or the architecture cannot list its tables. */
export function* pageTables(
  dump: Dump,
  kernel: Kernel | null,
): Generator<Progress, PlacedPageTables | null, void> {
  const mmu = dump.architecture?.mmu;
  const roots = rootsOf(dump, kernel);
  if (mmu?.tablePages === undefined || roots.length === 0) {
    return null;
  }
  const places: number[] = [];
  for (const { physicalAddress } of mmu.tablePages(dump.image.memory, roots, maxTables)) {
    places.push(physicalAddress);
    if (places.length % tablesPerStep === 0) {
      yield { kind: 'progress', doing: 'reading page tables', fraction: null };
    }
  }
  return {
    roots: roots.flatMap(({ tableAddress }) => (tableAddress === null ? [] : [hex(tableAddress)])),
    pages: places.length,
    bytes: places.length * tableSizeInBytes,
    isEveryTableRead: places.length < maxTables,
    places,
  };
}

function rootsOf({ architecture, cpus }: Dump, kernel: Kernel | null): TranslationRoot[] {
  const ofCpus = cpus.flatMap(({ registers }) => architecture?.mmu?.rootOf(registers) ?? []);
  const all = kernel === null ? ofCpus : [kernel.root, ...ofCpus];
  return all.filter(
    (root, index) =>
      all.findIndex(({ tableAddress }) => tableAddress === root.tableAddress) === index,
  );
}
