import { hex, type PhysicalMemory, type TranslationRoot, type WalkEntry } from '@vmcorekit/core';
import { unmappedBy, unmappedByAbsence } from '../not-present.ts';
import type { WalkEnd } from '../walk-end.ts';
import { addressBits, radixEntry, radixPartsOf, readRadixEntry, rootTable } from './radix.ts';

const pageSizeInBytes = 0x1000;

/** Walks from a radix root to the page that holds an address. Passes on `page-unreadable`. */
export function walkRadix(
  memory: PhysicalMemory,
  root: TranslationRoot,
  virtualAddress: bigint,
): WalkEnd {
  const { tableAddress, start } = radixPartsOf(root);
  const inHalf = virtualAddress - start;
  if (inHalf < 0n || inHalf >> BigInt(addressBits) !== 0n) {
    return {
      virtualAddress,
      because: `these tables map addresses from ${hex(start)} on, ${addressBits} bits of them`,
      unmappedUntil: inHalf < 0n ? start : 2n ** 64n,
    };
  }
  const entries: WalkEntry[] = [];
  for (let table = rootTable(tableAddress); ; ) {
    const bitsBelow = table.bitsLeft - table.indexBits;
    const index = Number((inHalf >> BigInt(bitsBelow)) & (2n ** BigInt(table.indexBits) - 1n));
    const entryAt = table.address + index * 8;
    const value = readRadixEntry(memory, entryAt);
    const entry = radixEntry(value, table);
    const { level } = table;
    const leadsTo =
      entry.kind === 'leaf'
        ? entry.physicalAddress
        : entry.kind === 'table'
          ? entry.below.address
          : 0;
    entries.push({ at: entryAt, index, value, level, leadsTo });
    if (entry.kind === 'invalid') {
      const pages = 2 ** bitsBelow / pageSizeInBytes;
      const empty = { virtualAddress, entryAt, value, level, pages };
      return entry.isReserved
        ? unmappedBy(empty, `its level ${level} entry is one that no processor accepts`)
        : unmappedByAbsence(empty);
    }
    if (entry.kind === 'table') {
      table = entry.below;
      continue;
    }
    const { physicalAddress, isWritable, isExecutable, isUser } = entry;
    return {
      physicalAddress: physicalAddress + Number(inHalf & (2n ** BigInt(bitsBelow) - 1n)),
      mappingSizeInBytes: 2 ** bitsBelow,
      isWritable,
      isExecutable,
      isUser,
      entries,
    };
  }
}
