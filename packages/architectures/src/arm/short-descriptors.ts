import {
  hex,
  type MappedRun,
  type PhysicalMemory,
  type TablePage,
  type TranslationRoot,
  VmcorekitError,
  type WalkEntry,
} from '@vmcorekit/core';
import { unmappedByAbsence } from '../not-present.ts';
import { RunMerger, runsOf } from '../run-merger.ts';
import { pagesOfTables } from '../table-pages.ts';
import { tableWords } from '../table-words.ts';
import type { WalkEnd } from '../walk-end.ts';

/**
 * Short descriptors: a first level of 4096 entries for 1 MiB each, a second of 256 for 4 KiB each.
 * Source: Arm Architecture Reference Manual ARMv7-A, DDI 0406C, B3.5 "Short-descriptor translation
 * table format".
 */
const entriesAtTop = 4096;
const entriesBelow = 256;
const entrySizeInBytes = 4;
const pageSizeInBytes = 0x1000;
const sectionPages = 256;
const wordValues = 0x1_0000_0000;
/** A level counts from the lowest, which is 1; the manual calls it the second. */
const topLevel = 2;

/** A root of short descriptors. */
export function shortRoot(tableAddress: number): TranslationRoot {
  return {
    key: `${tableAddress}/short`,
    summary: `2-level tables (short descriptors) at ${hex(tableAddress)}`,
    basePageSizeInBytes: pageSizeInBytes,
    tableAddress,
    levels: topLevel,
  };
}

function tableOf({ tableAddress, summary, levels }: TranslationRoot): number {
  if (tableAddress === null || levels !== topLevel) {
    throw new VmcorekitError('contract', { what: `${summary}: no root of short descriptors` });
  }
  return tableAddress;
}

/** What a descriptor leads to. */
type Short =
  | { readonly kind: 'invalid' }
  | { readonly kind: 'table'; readonly table: number }
  | {
      readonly kind: 'leaf';
      /** Of the mapping's start; a supersection or large page stands in 16 entries. */
      readonly physicalAddress: number;
      readonly pages: number;
      readonly isWritable: boolean;
      readonly isExecutable: boolean;
      readonly isUser: boolean;
    };

const invalid: Short = { kind: 'invalid' };

function shortOf(word: number, level: number): Short {
  return level === topLevel ? firstLevel(word) : secondLevel(word);
}

/** Bit 18 makes a section a supersection, with address bits 39:36 in 8:5 and 35:32 in 23:20. */
function firstLevel(word: number): Short {
  const kind = word & 3;
  if (kind === 0) {
    return invalid;
  }
  if (kind === 1) {
    return { kind: 'table', table: (word & 0xffff_fc00) >>> 0 };
  }
  const isExecutable = (word & 0x10) === 0;
  const rights = { ...accessOf((word >>> 10) & 3, (word >>> 15) & 1), isExecutable };
  if ((word & 0x4_0000) === 0) {
    const physicalAddress = (word & 0xfff0_0000) >>> 0;
    return { kind: 'leaf', physicalAddress, pages: sectionPages, ...rights };
  }
  const above = (((word >>> 5) & 0xf) << 4) | ((word >>> 20) & 0xf);
  const physicalAddress = ((word & 0xff00_0000) >>> 0) + above * wordValues;
  return { kind: 'leaf', physicalAddress, pages: 16 * sectionPages, ...rights };
}

/** XN is bit 0 of a small page and bit 15 of a large one. */
function secondLevel(word: number): Short {
  const access = accessOf((word >>> 4) & 3, (word >>> 9) & 1);
  switch (word & 3) {
    case 0:
      return invalid;
    case 1:
      return {
        kind: 'leaf',
        physicalAddress: (word & 0xffff_0000) >>> 0,
        pages: 16,
        ...access,
        isExecutable: (word & 0x8000) === 0,
      };
    default:
      return {
        kind: 'leaf',
        physicalAddress: (word & 0xffff_f000) >>> 0,
        pages: 1,
        ...access,
        isExecutable: (word & 1) === 0,
      };
  }
}

/** AP[1:0] and AP[2]. Source: DDI 0406C, B3.7.1 "Access permissions". */
function accessOf(ap: number, isReadOnly: number): { isWritable: boolean; isUser: boolean } {
  return { isWritable: isReadOnly === 0 && ap !== 0, isUser: ap >= 2 };
}

/** Walks from the root to the page that holds an address. Passes on `page-unreadable`. */
export function walkShort(
  memory: PhysicalMemory,
  root: TranslationRoot,
  virtualAddress: bigint,
): WalkEnd {
  let table = tableOf(root);
  if (virtualAddress >= BigInt(wordValues)) {
    return {
      virtualAddress,
      because: 'these tables map addresses below 0x100000000',
      unmappedUntil: 2n ** 64n,
    };
  }
  const address = Number(virtualAddress);
  const entries: WalkEntry[] = [];
  for (let level = topLevel; level >= 1; level--) {
    const index = level === topLevel ? address >>> 20 : (address >>> 12) & 0xff;
    const entryAt = table + index * entrySizeInBytes;
    const word = memory.readUint32(entryAt);
    const entry = shortOf(word, level);
    const value = BigInt(word);
    const leadsTo =
      entry.kind === 'invalid' ? 0 : entry.kind === 'table' ? entry.table : entry.physicalAddress;
    entries.push({ at: entryAt, index, value, level, leadsTo });
    if (entry.kind === 'invalid') {
      const pages = level === topLevel ? sectionPages : 1;
      return unmappedByAbsence({ virtualAddress, entryAt, value, level, pages });
    }
    if (entry.kind === 'leaf') {
      const { physicalAddress, pages, isWritable, isExecutable, isUser } = entry;
      const mappingSizeInBytes = pages * pageSizeInBytes;
      return {
        physicalAddress: physicalAddress + (address % mappingSizeInBytes),
        mappingSizeInBytes,
        isWritable,
        isExecutable,
        isUser,
        entries,
      };
    }
    table = entry.table;
  }
  throw new VmcorekitError('contract', { what: `${root.summary} have no lowest level` });
}

/**
 * The mapped runs of [from, to), ascending, at most `limit`. Skips tables that cannot be read. Two
 * levels bound it: at most 4096 tables of 256 entries.
 */
export function shortRuns(
  memory: PhysicalMemory,
  root: TranslationRoot,
  from: bigint,
  to: bigint,
  limit?: number,
): Generator<MappedRun, void, void> {
  const runs = new RunMerger(from, to);
  const top = { table: tableOf(root), level: topLevel, tablePage: 0 };
  return runsOf(runs, visit(memory, runs, top), limit);
}

interface Visited {
  readonly table: number;
  readonly level: number;
  readonly tablePage: number;
}

/** Walks one table, which maps pages from `tablePage` on, and the tables below it. */
function* visit(
  memory: PhysicalMemory,
  runs: RunMerger,
  { table, level, tablePage }: Visited,
): Generator<MappedRun, void, void> {
  const { byteOrder } = memory;
  const words =
    tableWords(memory, table, sizeOfTable(level), { byteOrder, entrySizeInBytes }) ?? [];
  const pages = level === topLevel ? sectionPages : 1;
  const first = Math.max(0, Math.floor((runs.from - tablePage) / pages));
  for (let index = first; index < words.length; index++) {
    const page = tablePage + index * pages;
    if (page >= runs.to) {
      break;
    }
    const entry = shortOf(words[index] ?? 0, level);
    if (entry.kind === 'table') {
      yield* visit(memory, runs, { table: entry.table, level: 1, tablePage: page });
    } else if (entry.kind === 'leaf') {
      const { physicalAddress, isWritable, isExecutable } = entry;
      // Each of 16 entries of a supersection or a large page maps its own part.
      const part = (page % entry.pages) * pageSizeInBytes;
      runs.add(page, pages, physicalAddress + part, isWritable, isExecutable);
    }
    if (runs.done.length > 0) {
      yield* runs.done.splice(0);
    }
  }
}

function sizeOfTable(level: number): number {
  return (level === topLevel ? entriesAtTop : entriesBelow) * entrySizeInBytes;
}

/** The pages of all tables below some roots. */
export function shortTablePages(
  memory: PhysicalMemory,
  roots: readonly TranslationRoot[],
  limit: number,
): Generator<TablePage, void, void> {
  return pagesOfTables<null>(
    memory,
    {
      sizeInBytes: (_, level) => sizeOfTable(level),
      entrySizeInBytes: () => entrySizeInBytes,
      tableBelow(_, word) {
        const entry = firstLevel(word);
        return entry.kind === 'table' ? { shape: null, table: entry.table, level: 1 } : undefined;
      },
    },
    roots.map((root) => ({ shape: null, table: tableOf(root), level: topLevel })),
    limit,
  );
}
