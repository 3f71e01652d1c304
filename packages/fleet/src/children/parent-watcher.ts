// Ends a child whose coordinator died, also while a dump keeps the child's main thread busy.
import { workerData } from 'node:worker_threads';

const everyMilliseconds = 500;
const parentPid: unknown = workerData;

setInterval(() => {
  if (process.ppid !== parentPid) {
    process.kill(process.pid, 'SIGKILL');
  }
}, everyMilliseconds);
