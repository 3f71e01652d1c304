import {
  hex,
  type PhysicalMemory,
  type TranslationRoot,
  VmcorekitError,
  type WalkEntry,
} from '@vmcorekit/core';
import { type EmptyEntry, type Unmapped, unmappedBy, unmappedByAbsence } from '../not-present.ts';
import type { WalkEnd } from '../walk-end.ts';
import { addressIn, allRights, kindOf, throughLeaf, throughTable } from './descriptors.ts';
import { shapeOf } from './root.ts';
import { type Arm64Shape, entriesAt, isInHalf, pagesBelow, startOf } from './shape.ts';

const pageSizeInBytes = 0x1000;

/** Walks from the root to the page that holds an address. Passes on `page-unreadable`. */
export function walk(
  memory: PhysicalMemory,
  root: TranslationRoot,
  virtualAddress: bigint,
): WalkEnd {
  const { shape, tableAddress } = shapeOf(root);
  if (!isInHalf(shape, virtualAddress)) {
    return outsideOf(shape, virtualAddress);
  }
  const pageNumber = Number((virtualAddress - startOf(shape)) >> 12n);
  const entries: WalkEntry[] = [];
  let table = tableAddress;
  let rights = allRights;
  for (let level = shape.levels; level >= 1; level--) {
    const pages = pagesBelow(shape, level);
    const index = Math.floor(pageNumber / pages) % entriesAt(shape, level);
    const entryAt = table + index * 8;
    const value = memory.readUint64(entryAt);
    const low = Number(value & 0xffff_ffffn);
    const high = Number(value >> 32n);
    const kind = kindOf(shape, level, low);
    const address = addressIn(shape, low, high);
    const mappingSizeInBytes = pages * pageSizeInBytes;
    const leadsTo = kind === 'leaf' ? address - (address % mappingSizeInBytes) : address;
    entries.push({ at: entryAt, index, value, level, leadsTo });
    switch (kind) {
      case 'invalid':
        return invalid({ virtualAddress, entryAt, value, level, pages });
      case 'table':
        rights = throughTable(shape, rights, high);
        table = leadsTo;
        break;
      case 'leaf': {
        const inPage = (pageNumber % pages) * pageSizeInBytes + Number(virtualAddress & 0xfffn);
        return {
          physicalAddress: leadsTo + inPage,
          mappingSizeInBytes,
          ...throughLeaf(shape, rights, low, high),
          entries,
        };
      }
    }
  }
  throw new VmcorekitError('contract', { what: `${root.summary} have no lowest level` });
}

function invalid(entry: EmptyEntry): Unmapped {
  return (entry.value & 1n) === 0n
    ? unmappedByAbsence(entry)
    : unmappedBy(entry, `its level ${entry.level} entry is a block where there can be none`);
}

function outsideOf(shape: Arm64Shape, virtualAddress: bigint): Unmapped {
  const start = startOf(shape);
  return {
    virtualAddress,
    because:
      shape.half === 'kernel'
        ? `these tables map addresses from ${hex(start)} on`
        : `these tables map addresses below ${hex(2n ** BigInt(shape.addressBits))}`,
    unmappedUntil: virtualAddress < start ? start : 2n ** 64n,
  };
}
