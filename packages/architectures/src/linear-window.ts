import { hex, type MappedRun, type PhysicalMemory, type TranslationRoot } from '@vmcorekit/core';
import { maxRuns } from './run-merger.ts';
import type { WalkEnd } from './walk-end.ts';

/** A stretch of virtual memory that is physical memory from 0 on, without tables. */
export interface LinearWindow extends TranslationRoot {
  readonly tableAddress: null;
  readonly levels: null;
}

const sizeOfStep = 4096;

export function linearWindow(key: string, summary: string): LinearWindow {
  return { key, summary, basePageSizeInBytes: sizeOfStep, tableAddress: null, levels: null };
}

/**
 * Where a window that begins at `start` leads: to memory that the machine has. No table limits what
 * may be done there.
 */
export function throughWindow(
  memory: PhysicalMemory,
  start: bigint,
  virtualAddress: bigint,
): WalkEnd {
  const offset = virtualAddress - start;
  const inMemory = memory.ranges.some(
    (range) => BigInt(range.start) <= offset && offset < BigInt(range.end),
  );
  if (!inMemory) {
    const next = memory.ranges.find((range) => BigInt(range.start) > offset);
    return {
      virtualAddress,
      because: `the window at ${hex(start)} leads to no memory there`,
      ...(next === undefined ? {} : { unmappedUntil: start + BigInt(next.start) }),
    };
  }
  return {
    physicalAddress: Number(offset),
    mappingSizeInBytes: sizeOfStep,
    isWritable: true,
    isExecutable: true,
    isUser: false,
    entries: [],
  };
}

/** The parts of [from, to) through which a window leads to memory, ascending, at most `limit`. */
export function* runsOfWindow(
  memory: PhysicalMemory,
  start: bigint,
  from: bigint,
  to: bigint,
  limit: number = maxRuns,
): Generator<MappedRun, void, void> {
  let left = limit;
  for (const range of memory.ranges) {
    const first = largerOf(from, start + BigInt(range.start));
    const end = start + BigInt(range.end);
    const last = to < end ? to : end;
    if (first < last && left-- > 0) {
      yield {
        virtualAddress: first,
        physicalAddress: Number(first - start),
        lengthInBytes: Number(last - first),
        isWritable: true,
        isExecutable: true,
      };
    }
  }
}

function largerOf(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
