import {
  type FoundRoot,
  lookThrough,
  type MemoryLook,
  type PhysicalMemory,
  type Progress,
  type VirtualRange,
} from '@vmcorekit/core';
import { mapsItself } from '../radix/self-map.ts';
import { likelyTables } from '../table-looks.ts';
import { tableWords } from '../table-words.ts';
import { s390xRoot, tableSizeInBytes, topTableOf } from './root.ts';

const invalid = 0x20;
const typeBits = 0xc;
/** The types of region-third and region-second tables. */
const regionTypes: ReadonlySet<number> = new Set([4, 8]);
const wordsPerPage = 0x1000 / 4;
/** Bits 11:8 and 4 of an entry that leads to a table: none of them is set by a kernel. */
const unusedInTables = 0xd10;

/** The pages whose entries are all of one type of region table. */
export const topTableLook: MemoryLook<number> = likelyTables({
  mayBegin: (lowestByte) => regionTypes.has(lowestByte & typeBits),
  isLikely: (words, from) => typeOf(words, from, from + wordsPerPage) !== undefined,
});

/**
 * Roots of a kernel, for dumps whose CPUs and lowcore are lost, in one pass over memory:
 *
 * 1. A root is a table of 16 KiB with entries of one type only, region-third (three levels) or
 *    region-second (four). Each leads to a table in memory or is empty. Measured: 13 to 15 in a
 *    guest, processes' among them.
 * 2. Linux's image holds the kernel's root, and no process's. So the tables below map it beside the
 *    text, as far from its virtual address.
 *
 * Source: Linux, arch/s390/boot/vmem.c and arch/s390/mm/vmem.c.
 */
export function* findRoots(
  memory: PhysicalMemory,
  window: VirtualRange,
): Generator<FoundRoot | Progress, void, void> {
  for (const step of lookThrough(memory, topTableLook)) {
    if (typeof step !== 'number') {
      yield step;
      continue;
    }
    const words =
      step % tableSizeInBytes === 0 ? tableWords(memory, step, tableSizeInBytes) : undefined;
    const type = words === undefined ? undefined : typeOf(words);
    if (words === undefined || type === undefined || !leadsIntoMemory(memory, words)) {
      continue;
    }
    const root = s390xRoot(step, type);
    if (yield* mapsItself(memory, topTableOf(root), window)) {
      yield { root, sharedTable: step };
    }
  }
}

/** How many levels a table of such entries has; undefined where it is no region table. */
function typeOf(
  words: Uint32Array,
  from: number = 0,
  to: number = words.length,
): 3 | 4 | undefined {
  const type = (words[from] as number) & typeBits;
  if (!regionTypes.has(type)) {
    return undefined;
  }
  for (let at = from; at < to; at += 2) {
    const low = words[at] as number;
    const isTable = (low & (invalid | unusedInTables)) === 0;
    if ((low & typeBits) !== type || !(isTable || (low | typeBits) === (invalid | typeBits))) {
      return undefined;
    }
  }
  return type === 4 ? 3 : 4;
}

function leadsIntoMemory({ ranges }: PhysicalMemory, words: Uint32Array): boolean {
  const end = ranges.at(-1)?.end ?? 0;
  let hasTable = false;
  for (let at = 0; at < words.length; at += 2) {
    const low = words[at] as number;
    if ((low & invalid) === 0) {
      const table = (words[at + 1] as number) * 2 ** 32 + ((low & ~0xfff) >>> 0);
      if (table === 0 || table >= end) {
        return false;
      }
      hasTable = true;
    }
  }
  return hasTable;
}
