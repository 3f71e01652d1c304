// A thread of `verify`: opens the dump, and reads and counts the pages of the stretches it is given.
import { workerData } from 'node:worker_threads';
import type { PhysicalRange } from '@vmcorekit/core';
import { tallyPages } from '@vmcorekit/engine';
import { serveTasks } from '@vmcorekit/node';
import { openDump } from '../index.ts';
import type { TalliedStretch } from './tally-in-threads.ts';

const { memory } = (await openDump(...(workerData as readonly string[]))).image;

serveTasks((stretch): TalliedStretch => {
  const before = memory.statistics;
  const work = tallyPages(memory, [stretch as PhysicalRange], 'data');
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      const { bytesRead, pagesRead } = memory.statistics;
      return { tally: step.value, bytesRead: bytesRead - before.bytesRead, pagesRead: pagesRead - before.pagesRead };
    }
  }
});
