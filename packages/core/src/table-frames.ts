import type { PageFrameNumber } from './spaces.ts';

/** Frames that follow each other in page tables, and the pages of memory that they are. */
export interface FrameRun {
  /** The first frame: an address in a page table, divided by the page size of the memory. */
  readonly frame: number;
  /** The first page. */
  readonly page: PageFrameNumber;
  readonly count: number;
}

/**
 * How page tables count pages, where they count otherwise than the image's memory. The tables of a
 * Xen PV domain hold machine frames, while its kernel counts its own pages from 0. A CPU's root is
 * a frame too. All else that the kernel writes are pages.
 */
export interface TableFrames {
  /** What the frames are called, for messages: `machine frame`. */
  readonly name: string;
  /** What the user can do in place of a copy in another format, which would not say all this. */
  readonly insteadOfCopy: string;
  /** Undefined for a frame that is no page of this memory. */
  pageOf(frame: number): PageFrameNumber | undefined;
  /** Undefined for a page that has no frame. */
  frameOf(page: PageFrameNumber): number | undefined;
  /** The runs that have frames in [start, end), cut there, ascending by frame. */
  runsWithin(start: number, end: number): Iterable<FrameRun>;
}
