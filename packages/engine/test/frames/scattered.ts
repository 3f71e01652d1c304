import type { Architecture, Dump, FrameRun, PhysicalMemory, TableFrames } from '@vmcorekit/core';
import { BufferSource, definePlugin, imageOf, inOneStep } from '@vmcorekit/core';
import { createToolkit, type Toolkit } from '@vmcorekit/engine';
import { SparseMemory } from '@vmcorekit/testing';
import { bytesOf, claimBy } from '../opening/toys.ts';

export const page = 4096;

/** Frames that lie in other pages: page n of the memory is frame `frames[n]`. */
export function framesOf(frames: readonly number[]): TableFrames {
  const pages = new Map(frames.map((frame, index) => [frame, index]));
  return {
    name: 'test frame',
    insteadOfCopy: 'take another file',
    pageOf: (frame) => pages.get(frame),
    frameOf: (index) => frames[index],
    *runsWithin(start, end): Generator<FrameRun, void, void> {
      for (const frame of [...frames].sort((a, b) => a - b)) {
        if (frame >= start && frame < end) {
          yield { frame, page: pages.get(frame) ?? 0, count: 1 };
        }
      }
    },
  };
}

/** The memory that a machine has, as a dump that counts its pages otherwise. */
export function scattered(machine: SparseMemory, frames: readonly number[]): SparseMemory {
  const memory = new SparseMemory({
    ranges: [{ start: 0, end: frames.length * page }],
    byteOrder: machine.byteOrder,
  });
  for (const [index, frame] of frames.entries()) {
    if (machine.pageState(frame) === 'stored') {
      memory.write(index * page, machine.read(frame * page, page));
    }
  }
  return memory;
}

/** A dump of that memory, opened as any other. */
export async function openWith(
  architecture: Architecture,
  memory: PhysicalMemory,
  tableFrames: TableFrames,
): Promise<{ readonly dump: Dump; readonly toolkit: Toolkit }> {
  const plugin = definePlugin({
    name: 'test',
    architectures: [architecture],
    formats: [
      {
        name: 'framed',
        summary: 'a dump whose page tables hold frames',
        probe: claimBy('FRAMES'),
        open: async () =>
          inOneStep(() =>
            imageOf({ format: 'framed', architecture: architecture.name, memory, tableFrames }),
          ),
        writer: {
          kinds: [{ name: 'framed', summary: 'the same', endings: ['.framed'] }],
          write: async () => inOneStep(() => empty),
        },
      },
    ],
  });
  const toolkit = createToolkit([plugin]);
  return { dump: await toolkit.open(new BufferSource(bytesOf('FRAMES'))), toolkit };
}

const empty = {
  bytesWritten: 0,
  pagesStored: 0,
  pagesZero: 0,
  pagesExcluded: 0,
  pagesUnreadable: 0,
  pagesAbsent: 0,
};
