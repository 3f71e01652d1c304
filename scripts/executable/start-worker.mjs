// In the place of packages/node/src/start-worker.ts: a thread's script lies in the executable.
import { basename } from 'node:path';
import { getAsset } from 'node:sea';
import { Worker } from 'node:worker_threads';

export function startWorker(url, workerData, options = {}) {
  const source = getAsset(basename(url.pathname), 'latin1');
  return new Worker(source, { ...options, eval: true, workerData });
}
