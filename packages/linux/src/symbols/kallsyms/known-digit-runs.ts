import type { MappedRun, PhysicalAddress, PhysicalMemory } from '@vmcorekit/core';
import type { ReadOnlyWindow } from './read-only-window.ts';

/** Where a search of all stored pages met runs of digit tokens. */
export interface KnownDigitRuns {
  /** Those of whole tables of symbols. */
  readonly ofTables: readonly PhysicalAddress[];
  readonly others: readonly PhysicalAddress[];
}

/** A machine has some dozens. Of a hostile one's, each window is searched by itself. */
export const maxKeptRuns = 4096;

const known: WeakMap<PhysicalMemory, KnownDigitRuns> = new WeakMap();

/** Keeps what a search found that went through all of this memory. */
export function keepDigitRuns(memory: PhysicalMemory, found: KnownDigitRuns): void {
  if (found.ofTables.length + found.others.length <= maxKeptRuns) {
    known.set(memory, found);
  }
}

/** Undefined where no search has gone through all of this memory. */
export function knownDigitRuns(memory: PhysicalMemory): KnownDigitRuns | undefined {
  return known.get(memory);
}

/**
 * The offsets in a window of runs that are known, those of tables first: as many as a search of the
 * window finds, because an image is contiguous in physical memory. Yields undefined now and then.
 */
export function* digitRunsSeenIn(
  window: ReadOnlyWindow,
  runs: readonly MappedRun[],
  { ofTables, others }: KnownDigitRuns,
): Generator<number | undefined, void, void> {
  for (const places of [ofTables, others]) {
    for (const { virtualAddress, physicalAddress, lengthInBytes } of runs) {
      const offset = Number(virtualAddress - window.start);
      if (offset >= 0 && offset < window.sizeInBytes) {
        for (const place of places) {
          if (place >= physicalAddress && place < physicalAddress + lengthInBytes) {
            yield offset + place - physicalAddress;
          }
        }
        yield undefined;
      }
    }
  }
}
