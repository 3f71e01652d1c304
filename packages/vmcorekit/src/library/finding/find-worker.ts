// A thread of `find`: opens the dump, and searches the stretches it is given. No top-level await:
// the single executable's are CommonJS.
import { workerData } from 'node:worker_threads';
import { resultOf } from '@vmcorekit/core';
import { findInDump } from '@vmcorekit/engine';
import { serveTasks } from '@vmcorekit/node';
import { open } from '../open.ts';
import type { FindTask, FindWork, FoundInStretch } from './find-in-threads.ts';

void serve(workerData as FindWork);

async function serve({ files, request }: FindWork): Promise<void> {
  const dump = await open(files);
  serveTasks((given): FoundInStretch => {
    const task = given as FindTask;
    return { ...task, matches: resultOf(findInDump(dump, { ...request, ...task })) };
  });
}
