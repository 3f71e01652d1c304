import { hex, type PhysicalMemory, VmcorekitError, type WalkEntry } from '@vmcorekit/core';
import {
  addressBitsOf,
  entriesAt,
  isServed,
  pagesBelow,
  upperHalfStart,
} from '../address-shape.ts';
import { type Unmapped, unmappedBy, unmappedByAbsence } from '../not-present.ts';
import type { WalkEnd } from '../walk-end.ts';
import { pageSizeInBytes, type TableFormat, type TopTable } from './format.ts';

/** Walks from the top table to the page that holds an address. Passes on `page-unreadable`. */
export function walk(
  memory: PhysicalMemory,
  { format, part: top, rights: given }: TopTable,
  virtualAddress: bigint,
): WalkEnd {
  if (!isServed(format, virtualAddress)) {
    return notServed(format, virtualAddress);
  }
  const pageNumber = Number(virtualAddress >> 12n);
  const entries: WalkEntry[] = [];
  let part = top;
  let rights = given;
  for (let level = format.indexBits.length; level >= 1; level--) {
    const pages = pagesBelow(format, level);
    const index = Math.floor(pageNumber / pages) % entriesAt(format, level);
    const entryAt = part.table + index * 8;
    if (index < part.first || index >= part.end) {
      return unmappedBy(
        { virtualAddress, entryAt, value: 0n, level, pages },
        `its level ${level} entry lies outside the length of the table`,
      );
    }
    const value = memory.readUint64(entryAt);
    const low = Number(value & 0xffff_ffffn);
    const high = Number(value >> 32n);
    const kind = format.kindOf(level, low, high);
    const entry = { virtualAddress, entryAt, value, level, pages };
    switch (kind) {
      case 'absent':
        return unmappedByAbsence(entry, format.isEmpty(level, low, high));
      case 'reserved':
        return unmappedBy(entry, `its level ${level} entry ${hex(value)} has reserved bits set`);
      case 'table':
        part = format.tableBelow(level, low, high);
        entries.push({ at: entryAt, index, value, level, leadsTo: part.table });
        rights = format.through(rights, kind, low, high);
        break;
      case 'leaf': {
        const leadsTo = format.leafAddress(level, low, high, index);
        entries.push({ at: entryAt, index, value, level, leadsTo });
        const inMapping = (pageNumber % pages) * pageSizeInBytes + Number(virtualAddress & 0xfffn);
        return {
          physicalAddress: leadsTo + inMapping,
          mappingSizeInBytes: pages * pageSizeInBytes,
          ...format.through(rights, kind, low, high),
          entries,
        };
      }
    }
  }
  throw new VmcorekitError('contract', { what: `tables of ${format.name} have no lowest level` });
}

function notServed(format: TableFormat, virtualAddress: bigint): Unmapped {
  const start = upperHalfStart(format);
  return {
    virtualAddress,
    because: `tables of ${format.name} serve addresses of ${addressBitsOf(format)} bits${format.isSignExtended ? ', extended by their sign' : ''}`,
    unmappedUntil: virtualAddress < start ? start : 2n ** 64n,
  };
}
