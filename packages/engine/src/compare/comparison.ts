import type { Note, PageState, PhysicalAddress } from '@vmcorekit/core';

/** States in which a page's bytes are not known. */
export type UnknownState = Exclude<PageState, 'stored' | 'zero'>;

/** A page that both dumps hold, with different bytes. */
export interface PageDifference {
  /** Address of the first byte that differs. */
  readonly physicalAddress: PhysicalAddress;
  readonly bytes: readonly [number, number];
}

/** A page whose bytes at least one dump does not know. */
export interface PageUnknown {
  readonly physicalAddress: PhysicalAddress;
  readonly states: readonly [PageState, PageState];
}

/** Two dumps' memory, page by page, in pages of the smaller page size. */
export interface MemoryComparison {
  readonly pageSizeInBytes: number;
  readonly pagesEqual: number;
  readonly pagesDifferent: number;
  readonly pagesUnknown: number;
  /** The first of each kind, ascending. */
  readonly differences: readonly PageDifference[];
  readonly unknowns: readonly PageUnknown[];
  /** The number of pages that each dump does not know, by state. */
  readonly unknownIn: readonly [
    Readonly<Record<UnknownState, number>>,
    Readonly<Record<UnknownState, number>>,
  ];
}

/**
 * Notes of one dump that the other lacks. A text that only the header points to counts as a note of
 * type 0, `VMCOREINFO` or `ERASEINFO`.
 */
export interface NoteComparison {
  readonly count: number;
  readonly onlyIn: readonly [
    readonly Pick<Note, 'name' | 'type' | 'descriptor'>[],
    readonly Pick<Note, 'name' | 'type' | 'descriptor'>[],
  ];
}

/** How many CPUs both dumps store, beside notes, and how many each stores alone. */
export interface CpuComparison {
  readonly count: number;
  readonly onlyIn: readonly [number, number];
}

export interface Comparison {
  readonly memory: MemoryComparison;
  readonly notes: NoteComparison;
  readonly cpus: CpuComparison;
  /** The same memory, notes and CPUs, and nothing unknown. */
  readonly isEqual: boolean;
}
