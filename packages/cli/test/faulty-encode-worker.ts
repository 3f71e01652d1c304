// A thread whose codec does what the task's name says: throws, or ends the thread in the middle of a batch.
import { workerData } from 'node:worker_threads';
import { type EncodingTask, serveEncoding } from '@vmcorekit/core/node';

const task = workerData as EncodingTask;
serveEncoding(task, {
  name: task.codec,
  method: 'test',
  isAvailable: () => true,
  decode: () => 0,
  encode: () => {
    if (task.codec === 'ends') {
      process.exit();
    }
    throw new Error('damaged here, not there');
  },
});
