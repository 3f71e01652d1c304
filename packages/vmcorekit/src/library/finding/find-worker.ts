// A thread of `find`: opens the dump, and searches the stretches it is given.
import { workerData } from 'node:worker_threads';
import { findInDump } from '@vmcorekit/engine';
import { serveTasks } from '@vmcorekit/node';
import { open } from '../open.ts';
import type { FindTask, FindWork, FoundInStretch } from './find-in-threads.ts';

const { files, request } = workerData as FindWork;
const dump = await open(files);

serveTasks((given): FoundInStretch => {
  const task = given as FindTask;
  const work = findInDump(dump, { ...request, ...task });
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      return { ...task, matches: step.value };
    }
  }
});
