import type { EntryFacts } from '@vmcorekit/core';

/**
 * Bits of an entry of 64 bits that maps a page of 4 KiB. Source: Intel SDM volume 3, chapter 4
 * "Paging".
 */
const flags: readonly (readonly [bit: bigint, name: string])[] = [
  [0n, 'PRESENT'],
  [1n, 'RW'],
  [2n, 'USER'],
  [3n, 'PWT'],
  [4n, 'PCD'],
  [5n, 'ACCESSED'],
  [6n, 'DIRTY'],
  [7n, 'PAT'],
  [8n, 'GLOBAL'],
  [63n, 'NX'],
];
/** Bits 12 to 46: those above may belong to memory encryption (`physicalLimit`). */
const addressMask = 0x7fff_ffff_f000n;

export function entryFacts64(value: bigint): EntryFacts | undefined {
  const isSet = (bit: bigint) => ((value >> bit) & 1n) !== 0n;
  return isSet(0n)
    ? {
        leadsTo: Number(value & addressMask),
        flags: flags.flatMap(([bit, name]) => (isSet(bit) ? name : [])),
      }
    : undefined;
}
