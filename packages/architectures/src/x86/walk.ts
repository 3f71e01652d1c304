import { type PhysicalMemory, VmcorekitError, type WalkEntry } from '@vmcorekit/core';
import { entriesAt, isServed, pagesBelow, upperHalfStart } from '../address-shape.ts';
import { unmappedBy, unmappedByAbsence } from '../not-present.ts';
import type { WalkEnd } from '../walk-end.ts';
import {
  addressIn,
  type Entry,
  entryBits,
  isLeaf,
  leafAddress,
  noExecute,
  pageSizeInBytes,
  physicalLimit,
  type X86TableShape,
} from './entries.ts';
import type { X86Root } from './root.ts';

/** Walks from the root to the page that holds an address. Passes on `page-unreadable`. */
export function walk(
  memory: PhysicalMemory,
  shape: X86TableShape,
  root: X86Root,
  virtualAddress: bigint,
): WalkEnd {
  if (!isServed(shape, virtualAddress)) {
    return {
      virtualAddress,
      because: `it is not canonical with ${root.levels} levels`,
      unmappedUntil: upperHalfStart(shape),
    };
  }
  const pageNumber = Number(virtualAddress >> 12n);
  const physicalBits = physicalLimit(memory);
  const entries: WalkEntry[] = [];
  const entry: Entry = { low: 0, high: 0 };
  let table = root.tableAddress % physicalBits;
  let isWritable = true;
  let isUser = true;
  let isExecutable = true;
  for (let level = root.levels; level >= 1; level--) {
    const below = pagesBelow(shape, level);
    const index = Math.floor(pageNumber / below) % entriesAt(shape, level);
    const at = table + index * shape.entrySizeInBytes;
    readEntry(memory, shape, at, entry);
    const value = (BigInt(entry.high) << 32n) | BigInt(entry.low);
    const leadsTo = isLeaf(shape, level, entry)
      ? leafAddress(shape, level, entry, below, physicalBits)
      : addressIn(entry, physicalBits);
    entries.push({ at, index, value, level, leadsTo });
    if ((entry.low & entryBits.present) === 0) {
      return unmappedByAbsence({ virtualAddress, entryAt: at, value, level, pages: below });
    }
    if (!(shape.topHasNoRights && level === root.levels)) {
      isWritable &&= (entry.low & entryBits.writable) !== 0;
      isUser &&= (entry.low & entryBits.user) !== 0;
      isExecutable &&= entry.high < noExecute;
    }
    if (isLeaf(shape, level, entry)) {
      const mappingSizeInBytes = below * pageSizeInBytes;
      const inPage = (pageNumber % below) * pageSizeInBytes + Number(virtualAddress & 0xfffn);
      const physicalAddress = leafAddress(shape, level, entry, below, physicalBits) + inPage;
      return { physicalAddress, mappingSizeInBytes, isWritable, isExecutable, isUser, entries };
    }
    if ((entry.low & entryBits.pageSize) !== 0 && level > 1 && shape.entrySizeInBytes === 8) {
      return unmappedBy(
        { virtualAddress, entryAt: at, value, level, pages: below },
        `its level ${level} entry has a reserved bit set`,
      );
    }
    table = addressIn(entry, physicalBits);
  }
  throw new VmcorekitError('contract', {
    what: `a root of ${root.levels} levels has no lowest level`,
  });
}

function readEntry(memory: PhysicalMemory, shape: X86TableShape, at: number, into: Entry): void {
  into.low = memory.readUint32(at);
  into.high = shape.entrySizeInBytes === 8 ? memory.readUint32(at + 4) : 0;
}
