import type { Dump, PagingRoot } from '@vmcorekit/core';

/** Entries of a root in which Linux keeps the direct map, at four levels and at five; below are user addresses, above are fixed ones. */
const entries = { first: 256, last: 507 } as const;
const entriesATable = 512;
/** The direct map begins at a multiple of it, also where KASLR chose the place (Linux, arch/x86/mm/kaslr.c, PUD_MASK). */
const directMapAlignment = 2n ** 30n;

/**
 * Whether a root maps physical memory linearly, as every root of a Linux kernel does. What only resembles one does not: the user half of page-table
 * isolation holds no such mapping, and a fourth-level table below a five-level root at most others, which are not linear.
 * Source: Linux, Documentation/arch/x86/x86_64/mm.rst.
 */
export function hasDirectMap(dump: Dump, root: PagingRoot): boolean {
  const paging = dump.architecture?.paging;
  if (paging === undefined) {
    return false;
  }
  const entrySize = 1n << BigInt(12 + 9 * (root.levels - 1));
  for (let entry: number = entries.first; entry <= entries.last; entry++) {
    const from = (1n << 64n) - BigInt(entriesATable - entry) * entrySize;
    const [run] = paging.mappedRuns(dump.image.memory, root, from, from + entrySize, 1);
    if (run !== undefined && (run.virtualAddress - BigInt(run.physicalAddress)) % directMapAlignment === 0n) {
      return true;
    }
  }
  return false;
}
