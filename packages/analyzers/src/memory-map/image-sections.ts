import { type Dump, hex, type LocatedKernel, type MappedRun } from '@vmcorekit/core';
import { type PageTally, withRun } from './page-tally.ts';
import { everyPage } from './state-runs.ts';

/** An image has some dozens of runs; a hostile table could have millions. */
const maxRuns = 4096;

export type SectionKind = 'text' | 'read-only data' | 'data';

/** A part of the kernel's image with the same rights. */
export interface ImageSection {
  readonly kind: SectionKind;
  /** Hexadecimal. */
  readonly virtualAddress: string;
  readonly physicalAddress: string;
  readonly lengthInBytes: number;
  readonly pages: PageTally;
}

/** A section, and where it lies as a number. */
export interface PlacedSection extends ImageSection {
  readonly start: number;
}

/** What the located kernel's own page tables map of its image; nothing where they are not known. */
export function imageSections(dump: Dump, kernel: LocatedKernel | null): PlacedSection[] {
  const { paging, kernelLayout } = dump.architecture ?? {};
  if (kernel?.pageTableRoot == null || kernel.pagingLevels === null || paging === undefined || kernelLayout === undefined) {
    return [];
  }
  const { imageWindowStart, imageWindowEnd } = kernelLayout;
  const { memory } = dump.image;
  const root = { pageTableRoot: kernel.pageTableRoot, levels: kernel.pagingLevels };
  return [...paging.mappedRuns(memory, root, imageWindowStart, imageWindowEnd, maxRuns)]
    .filter((run) => run.physicalAddress - Number(run.virtualAddress - imageWindowStart) === kernel.physBase)
    .map((run) => ({ ...sectionOf(dump, run), start: run.physicalAddress }));
}

function sectionOf({ image: { memory } }: Dump, run: MappedRun): ImageSection {
  const { physicalAddress: start, lengthInBytes } = run;
  let pages: PageTally = {};
  // Runs where one phys_base puts them share no page, so this is bounded by the image window.
  for (const states of everyPage(memory, { start, end: start + lengthInBytes })) {
    pages = withRun(pages, states, memory.pageSizeInBytes);
  }
  return {
    kind: run.isExecutable ? 'text' : run.isWritable ? 'data' : 'read-only data',
    virtualAddress: hex(run.virtualAddress),
    physicalAddress: hex(start),
    lengthInBytes,
    pages,
  };
}
