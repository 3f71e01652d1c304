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

/**
 * Parts of images that no root shows whole; a dump has none or one, a hostile one as many as it
 * likes.
 */
const maxPartial = 16;

/**
 * Page tables found without a CPU's help: a page whose last entry leads to a table whose last but
 * one leads to mappings of a kernel image. Every process's root is one, so each kernel is found
 * many times and told once, at the first root whose tables lie inside the image they map. What else
 * leads to an image (user halves of page-table isolation, a fourth-level table on its own) tells
 * phys_base, and only where no such root was found. A kernel that only begins to boot maps no
 * memory but its image: where no kernel maps all memory, that is enough to look through, though not
 * to tell how many levels there are. Source: Linux, Documentation/arch/x86/x86_64/mm.rst (the
 * layout), arch/x86/kernel/head_64.S (the tables).
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
export function* foundByTables(
  context: HeuristicContext,
): Generator<Progress, readonly Finding[], void> {
  return yield* context.memo('page-table-search', () => collect(search(context)));
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
  // Two images may share an offset, so a kernel is known by the table of its image, which all its
  // roots share. With it the most levels of its roots.
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
        // A table that is no root shows the image as well as its root does, but not the levels.
        partial.set(image.imageOffset, { ...image, textStart: null, isMappedByItself: false });
      }
      if (!image.isMappedByItself) {
        settled.add(sharedTable);
      } else if (
        early.length < maxPartial &&
        isInWritableRun(image.runs, image.root.tableAddress ?? 0)
      ) {
        // The tables that a kernel boots with are part of it; a process may forge others.
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
  // A table with a root above it is none itself. No running kernel of fewer levels has such tables.
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

/** Of a kernel whose tables map nothing but its image yet. */
function earlyFindingOf(image: KernelImage, layout: KernelLayout): Finding {
  const table = image.root.tableAddress ?? 0;
  return {
    ...findingOf(image, layout),
    because: `the page at ${hex(table)} leads to tables that map the image and no other memory, as while a kernel begins to boot: ${firstMappingOf(image)}`,
  };
}
