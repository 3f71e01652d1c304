import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a thread that runs the module at `url`. A file of its own: a single executable has no
 * files beside it, and puts another in its place.
 */
export function startWorker(
  url: URL,
  workerData: unknown,
  options: Pick<WorkerOptions, 'stderr' | 'stdout'> = {},
): Worker {
  return new Worker(url, { ...options, workerData });
}
