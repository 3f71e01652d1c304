// A thread of `verify`: opens the dump, and reads and counts the pages of the stretches it is
// given.
import { workerData } from 'node:worker_threads';
import type { PhysicalRange } from '@vmcorekit/core';
import { tallyPages } from '@vmcorekit/engine';
import { serveTasks } from '@vmcorekit/node';
import { open } from '../open.ts';
import type { TalliedStretch } from './tally-in-threads.ts';

const dump = await open(workerData as readonly string[]);
const { memory } = dump.image;
/** What is reported already; opening counts as part of the first stretch. */
let before = { bytesRead: 0, pagesRead: 0 };

serveTasks((stretch): TalliedStretch => {
  const work = tallyPages(memory, [stretch as PhysicalRange], 'data');
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      const { bytesRead, pagesRead } = dump.statistics;
      const read = {
        bytesRead: bytesRead - before.bytesRead,
        pagesRead: pagesRead - before.pagesRead,
      };
      before = { bytesRead, pagesRead };
      return { tally: step.value, ...read };
    }
  }
});
