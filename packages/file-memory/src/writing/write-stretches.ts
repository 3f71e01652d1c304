import {
  type ByteSink,
  type DumpImage,
  leaveOutUnreadable,
  type PageFilter,
  type PagePlan,
  type PhysicalRange,
  type Progress,
  planPages,
  VmcorekitError,
  type WriteReport,
} from '@vmcorekit/core';
import { type StretchLimit, stretchesOf } from './stretches-to-write.ts';
import { findUnreadable, type PlacedStretch, writeMemory } from './write-memory.ts';

const clearedAtOnceInBytes: number = 512 * 1024;

/** What a file of stretches holds, and where. */
export interface FileLayout {
  /** What it begins with, up to the first stretch or its header. */
  readonly head: Uint8Array;
  /** Ascending in memory and in the file. */
  readonly stretches: readonly PlacedStretch[];
  /** Of the whole file. */
  readonly sizeInBytes: number;
}

export interface StretchesToWrite extends StretchLimit {
  readonly filters: readonly PageFilter[];
  /** Called again with fewer stretches, where a page turns out to be unreadable. */
  layOut(stretches: readonly PhysicalRange[]): FileLayout;
}

/**
 * Writes the memory of a dump as stretches, to the byte. Memory that is unknown lies in none:
 * excluded, corrupt, or found to be unreadable. Into a stream it writes in order, after one pass
 * that finds what cannot be read. Throws `unsupported` where memory is empty or in too many pieces.
 */
export function* writeStretches(
  image: DumpImage,
  sink: ByteSink,
  work: StretchesToWrite,
): Generator<Progress, WriteReport, void> {
  const { memory } = image;
  const plan = yield* planPages(image, work.filters);
  let layout = work.layOut(yield* stretchesOf(memory, plan, work));
  if (sink.isSequential) {
    const unreadable = yield* findUnreadable(memory, plan, layout.stretches);
    if (unreadable.length > 0) {
      leaveOut(plan, unreadable);
      layout = work.layOut(yield* stretchesOf(memory, plan, work));
    }
  }
  // A page that turns out to be unreadable moves everything after it. So the file is written again,
  // over what it holds by then.
  const sizeAtFirst = layout.sizeInBytes;
  for (let isFirst = true; ; isFirst = false) {
    if (layout.head.length > 0) {
      sink.writeAt(0, layout.head);
    }
    const written = yield* writeMemory(
      memory,
      plan,
      layout.stretches,
      sink,
      layout.head.length,
      sink.isSequential || !isFirst,
    );
    if (written.unreadable.length === 0) {
      clear(sink, layout.sizeInBytes, isFirst ? layout.sizeInBytes : sizeAtFirst);
      return {
        bytesWritten: layout.sizeInBytes,
        pagesStored: written.pagesStored,
        pagesZero: written.pagesZero,
        pagesExcluded: plan.exists.size - plan.dumped.size - plan.pagesUnreadable,
        pagesUnreadable: plan.pagesUnreadable + plan.cutOff.size,
        pagesAbsent: plan.pagesAbsent,
      };
    }
    if (sink.isSequential) {
      throw new VmcorekitError('io', {
        file: 'the input',
        because: `page ${written.unreadable[0]} could be read, and a moment later could not`,
      });
    }
    leaveOut(plan, written.unreadable);
    layout = work.layOut(yield* stretchesOf(memory, plan, work));
  }
}

/** Zeros over what an earlier pass wrote after the end of the last. */
function clear(sink: ByteSink, from: number, to: number): void {
  for (let at = from; at < to; at += clearedAtOnceInBytes) {
    sink.writeAt(at, new Uint8Array(Math.min(clearedAtOnceInBytes, to - at)));
  }
}

function leaveOut(plan: PagePlan, pfns: readonly number[]): void {
  for (const pfn of pfns) {
    leaveOutUnreadable(plan, pfn);
  }
}
