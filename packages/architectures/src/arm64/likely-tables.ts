import type { MemoryLook } from '@vmcorekit/core';
import { likelyTables } from '../table-looks.ts';

const wordsPerPage = 0x1000 / 4;
/** Bits 1:0 of an entry. */
const kindBits = 3;
const tableKind = 3;
const blockKind = 1;
/** Bits 58:50 of a table's descriptor, which no kernel sets. Bits 63:59 hold rights. */
const unusedInTables = 0x07fc_0000;
/** The low bits of the address of the smallest block that a top level maps, 32 MiB. */
const belowTopBlock = 0x01ff_0000;

/**
 * The 4 KiB pages, ascending, that may belong to the top table of a kernel: every word is zero, or
 * looks like a table's descriptor or a large block's. Most pages fail at their first words.
 */
export const topTableLook: MemoryLook<number> = likelyTables({
  mayBegin: (lowestByte) => lowestByte === 0 || (lowestByte & 1) === 1,
  isLikely: areLikely,
});

/** A table's descriptor with no bit set that kernels leave clear. */
export function isTableDescriptor(low: number, high: number): boolean {
  return (low & kindBits) === tableKind && (high & unusedInTables) === 0;
}

function areLikely(words: Uint32Array, from: number): boolean {
  let hasEntry = false;
  for (let at = from; at < from + wordsPerPage; at += 2) {
    const low = words[at] as number;
    const high = words[at + 1] as number;
    if ((low | high) === 0) {
      continue;
    }
    const isBlock = (low & kindBits) === blockKind && (low & belowTopBlock) === 0;
    if (!isBlock && !isTableDescriptor(low, high)) {
      return false;
    }
    hasEntry = true;
  }
  return hasEntry;
}
