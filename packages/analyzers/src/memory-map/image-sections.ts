import { type Dump, hex, type Kernel, type MappedRun } from '@vmcorekit/core';
import { type PageTally, withRun } from './page-tally.ts';
import { everyPage } from './state-runs.ts';

/** An image has dozens of runs; a hostile table could have millions. */
const maxRuns = 4096;

export type SectionKind = 'text' | 'read-only data' | 'data';

/** A part of the kernel's image with uniform rights. */
export interface ImageSection {
  readonly kind: SectionKind;
  /** Hexadecimal. */
  readonly virtualAddress: string;
  readonly physicalAddress: string;
  readonly lengthInBytes: number;
  readonly pages: PageTally;
}

/** A section with its address as a number. */
export interface PlacedSection extends ImageSection {
  readonly start: number;
}

/** What the located kernel maps of its image; empty where that is not known. */
export function imageSections(kernel: Kernel | null): PlacedSection[] {
  return (kernel?.runs ?? [])
    .slice(0, maxRuns)
    .map((run) => ({ ...sectionOf((kernel as Kernel).dump, run), start: run.physicalAddress }));
}

function sectionOf({ image: { memory } }: Dump, run: MappedRun): ImageSection {
  const { physicalAddress: start, lengthInBytes } = run;
  let pages: PageTally = {};
  // Runs that follow one phys_base share no page, so the image window bounds their total.
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
