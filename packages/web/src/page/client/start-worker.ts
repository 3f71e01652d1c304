import { trustedScript } from './trusted-scripts.ts';

/** Starts one of the page's own scripts as a worker. */
export function startWorker(script: 'worker.js' | 'plugin-worker.js' | 'remote-worker.js'): Worker {
  return new Worker(trustedScript(script), { type: 'module' });
}
