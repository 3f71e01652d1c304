// A thread of `verify`: opens the dump, and reads and counts the pages of the stretches it is
// given. No top-level await: in the single executable it is CommonJS.
import { workerData } from 'node:worker_threads';
import { type PhysicalRange, resultOf } from '@vmcorekit/core';
import { tallyPages } from '@vmcorekit/engine';
import { serveTasks } from '@vmcorekit/node';
import { open } from '../open.ts';
import type { TalliedStretch } from './tally-in-threads.ts';

void serve(workerData as readonly string[]);

async function serve(files: readonly string[]): Promise<void> {
  const dump = await open(files);
  const { memory } = dump.image;
  /** The bytes already reported. Opening counts as part of the first stretch. */
  let before = { bytesRead: 0, pagesRead: 0 };

  serveTasks((stretch): TalliedStretch => {
    const tally = resultOf(tallyPages(memory, [stretch as PhysicalRange], 'data'));
    const { bytesRead, pagesRead } = dump.statistics;
    const read = {
      bytesRead: bytesRead - before.bytesRead,
      pagesRead: pagesRead - before.pagesRead,
    };
    before = { bytesRead, pagesRead };
    return { tally, ...read };
  });
}
