import {
  type Dump,
  type Finding,
  type Heuristic,
  type HeuristicContext,
  hex,
  type KernelLayout,
  type Progress,
} from '@vmcorekit/core';
import { isInWritableRun, type KernelImage, kernelImageThrough } from '@vmcorekit/linux';
import { claimOf, firstMappingOf, imageClaimFields } from './image-claim.ts';
import { sideBySide } from './scans/side-by-side.ts';

/**
 * The bound on image parts that no root shows whole. A normal dump has none or one; a hostile one
 * has any number.
 */
const maxPartial = 16;

/**
 * Finds page tables without a CPU's help: a page whose last entry leads to a table whose last but
 * one entry leads to mappings of a kernel image.
 * Every process's root is such a page. So each kernel is found many times and reported once, at the
 * first root whose tables lie inside the image they map. Other pages that lead to an image (user
 * halves of page-table isolation, a lone fourth-level table) give phys_base, and only where no such
 * root was found.
 * A kernel that has just begun to boot maps no memory but its image. Where no kernel maps all
 * memory, such tables suffice to see the image, but not to know the number of levels. Source:
 * Linux, Documentation/arch/x86/x86_64/mm.rst (the layout), arch/x86/kernel/head_64.S (the tables).
 */
export const pageTableSearch: Heuristic = {
  name: 'page-table-search',
  summary: 'searches memory for page tables that map a kernel image',
  needs: ['paging', 'kernel-layout'],
  cost: 'scan',
  isExhaustive: true,
  yields: imageClaimFields,
  looksAt: 'the last entry of every stored page, and whole tables where it leads to one',
  architectures: ['x86_64', 'arm64', 'riscv64', 's390x', 'ppc64'],
  options: {},
  *run(context) {
    yield* yield* foundByTables(context);
  },
};

/** The results of the search, for other plug-ins that need page tables; it runs once. */
export function* foundByTables(
  context: HeuristicContext,
): Generator<Progress, readonly Finding[], void> {
  const work = context.memo('page-table-search', () => collect(search(context)));
  return yield* sideBySide(context, work);
}

function* collect(
  steps: Generator<Finding | Progress, void, void>,
): Generator<Progress, readonly Finding[], void> {
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
  const { layout } = dump;
  const mmu = dump.architecture?.mmu;
  const roots =
    layout === null ? undefined : mmu?.findRoots?.(dump.image.memory, layout.imageWindow(null));
  if (layout === null || roots === undefined) {
    return;
  }
  const told = new Set<bigint>();
  // Two images may share an offset. So a kernel is identified by the table of its image, which all
  // its roots share; with it is kept the highest number of levels.
  const toldTables = new Map<number, number>();
  const partial = new Map<bigint, KernelImage>();
  const early: KernelImage[] = [];
  const settled = new Set<number>();
  for (const step of roots) {
    if ('kind' in step) {
      yield step;
      continue;
    }
    const { root, sharedTable } = step;
    if (settled.has(sharedTable)) {
      continue;
    }
    const image = kernelImageThrough(dump, root);
    yield progressAt(dump, root.tableAddress ?? 0);
    if (image === undefined) {
      settled.add(sharedTable);
    } else if (
      image.isMappedByItself &&
      mmu?.mapsLinearly?.(dump.image.memory, image.root) !== false
    ) {
      settled.add(sharedTable);
      const levels = root.levels ?? 0;
      if ((toldTables.get(image.middleTable) ?? 0) < levels) {
        toldTables.set(image.middleTable, levels);
        told.add(image.imageOffset);
        yield findingOf(image, layout);
      }
    } else {
      if (!partial.has(image.imageOffset) && partial.size < maxPartial) {
        // A table that is no root shows the image as well as its root does, but not the number of
        // levels.
        partial.set(image.imageOffset, { ...image, textStart: null, isMappedByItself: false });
      }
      if (!image.isMappedByItself) {
        settled.add(sharedTable);
      } else if (
        early.length < maxPartial &&
        isInWritableRun(image.runs, image.root.tableAddress ?? 0)
      ) {
        // The tables that a kernel boots with are part of it; those elsewhere may be a process's
        // forgery.
        early.push(image);
      }
    }
  }
  for (const image of partial.values()) {
    if (!told.has(image.imageOffset)) {
      const whole =
        told.size === 0
          ? early.find(({ imageOffset }) => imageOffset === image.imageOffset)
          : undefined;
      yield whole === undefined ? findingOf(image, layout) : earlyFindingOf(whole, layout);
    }
  }
  // A table with a root above it is no root itself. No running kernel with fewer levels has such
  // tables.
  for (const image of early) {
    const levels = toldTables.get(image.middleTable);
    if (levels !== undefined && (image.root.levels ?? 0) > levels) {
      toldTables.set(image.middleTable, image.root.levels ?? 0);
      yield earlyFindingOf(image, layout);
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
  const { tableAddress, levels } = image.root;
  const what = image.isMappedByItself ? 'the image' : 'a part of an image';
  return {
    kind: 'candidate',
    evidence: 'paging',
    ...claimOf(image, layout),
    because: `the page at ${hex(tableAddress ?? 0)} is the root of ${levels}-level tables that map ${what}: ${firstMappingOf(image)}`,
    at: [{ physicalAddress: tableAddress ?? 0 }, { physicalAddress: image.middleTable }],
  };
}

/** Reports a kernel whose tables so far map nothing but its image. */
function earlyFindingOf(image: KernelImage, layout: KernelLayout): Finding {
  const table = image.root.tableAddress ?? 0;
  return {
    ...findingOf(image, layout),
    because: `the page at ${hex(table)} leads to tables that map the image and no other memory, as when a kernel begins to boot: ${firstMappingOf(image)}`,
  };
}
