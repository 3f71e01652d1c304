import { type Dump, hex, type LocatedKernel, type PagingRoot, type Progress } from '@vmcorekit/core';

/** Enough for 512 GiB mapped in 4 KiB pages; a hostile table could lead on for ever. */
const maxTables = 262_144;

/** The pages that hold page tables: of the located kernel, and of what its CPUs ran. Those of other processes are not among them. */
export interface PageTablesReport {
  /** Hexadecimal; the kernel's first. */
  readonly roots: readonly string[];
  readonly pages: number;
  readonly bytes: number;
  /** False where there are more tables than are read. */
  readonly isEveryTableRead: boolean;
}

export interface PlacedPageTables extends PageTablesReport {
  /** Physical addresses of the pages. */
  readonly places: readonly number[];
}

const tableSizeInBytes = 4096;
const tablesPerStep = 64;

/** Null where no root is known, or the architecture's tables cannot be listed. */
export function* pageTables(dump: Dump, kernel: LocatedKernel | null): Generator<Progress, PlacedPageTables | null, void> {
  const paging = dump.architecture?.paging;
  const roots = rootsOf(dump, kernel);
  if (paging?.tablePages === undefined || roots.length === 0) {
    return null;
  }
  const places: number[] = [];
  for (const { physicalAddress } of paging.tablePages(dump.image.memory, roots, maxTables)) {
    places.push(physicalAddress);
    if (places.length % tablesPerStep === 0) {
      yield { kind: 'progress', doing: 'reading page tables', fraction: null };
    }
  }
  return {
    roots: roots.map(({ pageTableRoot }) => hex(pageTableRoot)),
    pages: places.length,
    bytes: places.length * tableSizeInBytes,
    isEveryTableRead: places.length < maxTables,
    places,
  };
}

function rootsOf(dump: Dump, kernel: LocatedKernel | null): PagingRoot[] {
  const paging = dump.architecture?.paging;
  const ofCpus = dump.cpus.flatMap(({ registers }) => paging?.rootOf(registers) ?? []);
  const ofKernel =
    kernel?.pageTableRoot == null || kernel.pagingLevels === null
      ? []
      : [{ pageTableRoot: kernel.pageTableRoot, levels: kernel.pagingLevels }];
  const all = [...ofKernel, ...ofCpus];
  return all.filter((root, index) => all.findIndex(({ pageTableRoot }) => pageTableRoot === root.pageTableRoot) === index);
}
