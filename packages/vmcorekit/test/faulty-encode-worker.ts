// A thread whose codec does what the task's name says: throws, or ends the thread in the middle of
// a batch.
import { getEnvironmentData, workerData } from 'node:worker_threads';
import { type EncodingTask, serveEncoding } from '@vmcorekit/node';

const task = workerData as EncodingTask;
serveEncoding(task, {
  name: task.codec,
  method: 'test',
  isAvailable: () => true,
  decode: () => 0,
  encode: () => {
    if (task.codec === 'ends') {
      const hasTaken = getEnvironmentData('has taken a batch') as unknown as Int32Array;
      Atomics.store(hasTaken, 0, 1);
      Atomics.notify(hasTaken, 0);
      process.exit();
    }
    throw new Error('damaged here, not there');
  },
});
