import type { LookAtStretch, MemoryLook, PhysicalMemory, Stretch } from '@vmcorekit/core';
import { isInHostOrder, wordsOf } from './table-words.ts';

const pageSizeInBytes = 0x1000;
const wordSizeInBytes = 4;
const doing = 'searching for page tables';

/** What a page must hold to be a table. */
export interface TableTest {
  /** Whether the lowest byte of the first entry may be a table's: most pages fail here. */
  readonly mayBegin: (lowestByte: number) => boolean;
  /** Whether the words of a page from there on are a table's; the low word of an entry first. */
  readonly isLikely: (words: Uint32Array, from: number) => boolean;
}

/** The 4 KiB pages that may be tables. No table is all zeros, so pages of zeros are none. */
export function likelyTables(test: TableTest): MemoryLook<number> {
  return { doing, begin: (memory) => lookForTables(memory, test) };
}

function lookForTables(
  memory: PhysicalMemory,
  { mayBegin, isLikely }: TableTest,
): LookAtStretch<number> {
  const lowestByte = memory.byteOrder === 'big' ? 7 : 0;
  const isAsItIs = isInHostOrder(memory);
  return ({ address, firstPage, bytes, words, isZero }, tables) => {
    if (isZero) {
      return;
    }
    for (let at = firstPage; at + pageSizeInBytes <= bytes.length; at += pageSizeInBytes) {
      const isTable =
        mayBegin(bytes[at + lowestByte] ?? 0) &&
        (isAsItIs && at % wordSizeInBytes === 0
          ? isLikely(words, at / wordSizeInBytes)
          : isLikely(wordsOf(bytes.subarray(at, at + pageSizeInBytes), memory), 0));
      if (isTable) {
        tables.push(address + at);
      }
    }
  };
}

/** A page that holds an entry, and what the entry says. */
export interface EntryAt<Entry> {
  readonly page: number;
  readonly entry: Entry;
}

/** The pages, at multiples of a distance, whose entry at an offset is what a search looks for. */
export function entriesAtPages<Entry>(
  distanceInBytes: number,
  offset: number,
  entrySizeInBytes: number,
  read: (bytes: Uint8Array, at: number, memory: PhysicalMemory) => Entry | undefined,
): MemoryLook<EntryAt<Entry>> {
  const look = (memory: PhysicalMemory, stretch: Stretch, found: EntryAt<Entry>[]): void => {
    const { address, bytes } = stretch;
    const end = bytes.length - offset - entrySizeInBytes;
    // A stretch may begin within a page, before the entry.
    let page = -(address % distanceInBytes);
    while (page + offset < 0) {
      page += distanceInBytes;
    }
    for (; page <= end; page += distanceInBytes) {
      const entry = read(bytes, page + offset, memory);
      if (entry !== undefined) {
        found.push({ page: address + page, entry });
      }
    }
  };
  return {
    doing,
    begin: (memory) => (stretch, found) => {
      if (!stretch.isZero) {
        look(memory, stretch, found);
      }
    },
  };
}
