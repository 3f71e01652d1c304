import {
  type Dump,
  type Finding,
  type Heuristic,
  type HeuristicContext,
  hex,
  type KernelLayout,
  type Progress,
  tryRead,
} from '@vmcorekit/core';
import { type KernelImage, kernelImageThrough } from '@vmcorekit/linux';
import { hasDirectMap } from './direct-map.ts';
import { claimOf, firstMappingOf, imageClaimFields } from './image-claim.ts';

const tableSizeInBytes = 4096;
/**
 * The entry of each table that leads to the image window: the last of a root and, at five levels, of the table below it, then the last
 * but one.
 */
const lastEntry = 511;
const imageEntry = 510;
const present = 1;
const large = 0x80;
/** Entries in which no bit from 52 on is set: none is, in a table that leads to executable memory. */
const highWordsBelow = 0x10_0000;
const wordValues = 0x1_0000_0000;
/** A compressed page takes some dozens of microseconds: this many keep a step at a few milliseconds. */
const pagesPerStep = 64;
/** Parts of images that no root shows whole; a dump has none or one, a hostile one as many as it likes. */
const maxPartial = 16;

/**
 * Page tables found without a CPU's help: a page whose last entry leads to a table whose last but one leads to mappings of a kernel image.
 * Every process's root is one, so each kernel is found many times and told once, at the first root whose tables lie inside the image they
 * map. What else leads to an image (user halves of page-table isolation, a fourth-level table on its own) tells phys_base, and only
 * where no such root was found.
 * Source: Linux, Documentation/arch/x86/x86_64/mm.rst (the layout), arch/x86/kernel/head_64.S (the tables).
 */
export const pageTableSearch: Heuristic = {
  name: 'page-table-search',
  summary: 'searches memory for page tables that map a kernel image',
  needs: ['paging', 'kernel-layout'],
  cost: 'scan',
  isExhaustive: true,
  yields: imageClaimFields,
  looksAt: 'the last entry of every stored page, and whole tables where it leads to one',
  architectures: ['x86_64'],
  options: {},
  *run(context) {
    yield* yield* foundByTables(context);
  },
};

/** What the search finds, for whoever else needs page tables and has none: it runs once. */
export function* foundByTables(context: HeuristicContext): Generator<Progress, readonly Finding[], void> {
  return yield* context.memo('page-table-search', () => collect(search(context)));
}

function* collect(steps: Generator<Finding | Progress, void, void>): Generator<Progress, readonly Finding[], void> {
  const findings: Finding[] = [];
  for (const step of steps) {
    if (step.kind === 'progress') {
      yield step;
    } else {
      findings.push(step);
    }
  }
  return findings;
}

function* search({ dump }: HeuristicContext): Generator<Finding | Progress, void, void> {
  const layout = dump.architecture?.kernelLayout;
  if (layout === undefined) {
    return;
  }
  const told = new Set<number>();
  // Two images may share a phys_base, so a kernel is known by the table of its image, which all its roots share.
  const toldTables = new Set<number>();
  const partial = new Map<number, KernelImage>();
  // Every process's last entry is the same, so what it leads to is looked up once.
  const levelsThrough = new Map<number, number | undefined>();
  const settled = new Set<number>();
  for (const step of pagesWithLastEntry(dump)) {
    if ('kind' in step) {
      yield step;
      continue;
    }
    const { page, next } = step;
    if (settled.has(next)) {
      continue;
    }
    if (!levelsThrough.has(next)) {
      levelsThrough.set(next, levelsAbove(dump, next));
    }
    const levels = levelsThrough.get(next);
    const image = levels === undefined ? undefined : kernelImageThrough(dump, { pageTableRoot: page, levels });
    yield progressAt(dump, page);
    if (image === undefined) {
      settled.add(next);
    } else if (image.isMappedByItself && hasDirectMap(dump, image.root)) {
      settled.add(next);
      if (!toldTables.has(image.middleTable)) {
        toldTables.add(image.middleTable);
        told.add(image.physBase);
        yield findingOf(image, layout);
      }
    } else {
      if (!partial.has(image.physBase) && partial.size < maxPartial) {
        // A table that is no root shows the image as well as its root does, but not the levels.
        partial.set(image.physBase, { ...image, textStart: null, isMappedByItself: false });
      }
      if (!image.isMappedByItself) {
        settled.add(next);
      }
    }
  }
  for (const image of partial.values()) {
    if (!told.has(image.physBase)) {
      yield findingOf(image, layout);
    }
  }
}

function progressAt(dump: Dump, page: number): Progress {
  return {
    kind: 'progress',
    doing: 'searching for page tables',
    fraction: page / (dump.image.memory.ranges.at(-1)?.end ?? page),
  };
}

function findingOf(image: KernelImage, layout: KernelLayout): Finding {
  const { pageTableRoot, levels } = image.root;
  const what = image.isMappedByItself ? 'the image' : 'a part of an image';
  return {
    kind: 'candidate',
    evidence: 'paging',
    ...claimOf(image, layout),
    because: `the page at ${hex(pageTableRoot)} is the root of ${levels}-level tables that map ${what}: ${firstMappingOf(image)}`,
    at: [{ physicalAddress: pageTableRoot }, { physicalAddress: image.middleTable }],
  };
}

/** Stored pages whose last entry could lead to a table in this memory, ascending; `next` is that table. */
function* pagesWithLastEntry(dump: Dump): Generator<{ readonly page: number; readonly next: number } | Progress, void, void> {
  const { memory } = dump.image;
  const end = memory.ranges.at(-1)?.end ?? 0;
  let next: number | undefined;
  const look = (view: Uint8Array): void => {
    next = tableIn(view, end);
  };
  let pages = 0;
  for (const run of memory.storedRuns()) {
    for (let page = Math.ceil(run.start / tableSizeInBytes) * tableSizeInBytes; page < run.end; page += tableSizeInBytes) {
      next = undefined;
      tryRead(() => memory.withView(page + lastEntry * 8, 8, look));
      if (next !== undefined) {
        yield { page, next };
      }
      if (++pages % pagesPerStep === 0) {
        yield progressAt(dump, page);
      }
    }
  }
}

/** The levels of a root whose last entry leads to this table; undefined where the table leads to no image window. */
function levelsAbove(dump: Dump, table: number): number | undefined {
  if (leadsToMiddleTable(dump, table)) {
    return 4;
  }
  const third = tableBehind(dump, table, lastEntry);
  return third !== undefined && leadsToMiddleTable(dump, third) ? 5 : undefined;
}

function leadsToMiddleTable(dump: Dump, table: number): boolean {
  return tableBehind(dump, table, imageEntry) !== undefined;
}

function tableBehind(dump: Dump, table: number, entry: number): number | undefined {
  const { memory } = dump.image;
  const end = memory.ranges.at(-1)?.end ?? 0;
  return tryRead(() => memory.withView(table + entry * 8, 8, (view) => tableIn(view, end)));
}

/** The table an entry leads to: present, not large, no bit from 52 on, inside the memory there is. Read by bytes: a view may be unaligned. */
function tableIn(entry: Uint8Array, end: number): number | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = entry;
  const high = (e | (f << 8) | (g << 16) | (h << 24)) >>> 0;
  if ((a & present) === 0 || (a & large) !== 0 || high >= highWordsBelow) {
    return undefined;
  }
  const table = high * wordValues + ((((b & 0xf0) << 8) | (c << 16) | (d << 24)) >>> 0);
  return table < end ? table : undefined;
}
