import { Worker } from 'node:worker_threads';
import type { AttackReport } from './attack.ts';
import type { ThreadTask } from './attacker-thread.ts';

/** One run may take three seconds of processor time; a busy machine stretches them. */
const hangSeconds = 60;
const headSizeInBytes = 8;
const inputLimitInBytes: number = 64 * 1024;

/** Attacks a target in its own thread. A run that never ends is a finding like any other. */
export function watchedAttack(task: Omit<ThreadTask, 'shared'>): Promise<AttackReport> {
  const shared = new SharedArrayBuffer(headSizeInBytes + inputLimitInBytes);
  const words = new Int32Array(shared, 0, 2);
  const worker = new Worker(new URL('./attacker-thread.js', import.meta.url), {
    workerData: { ...task, shared } satisfies ThreadTask,
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  return new Promise((resolve) => {
    let seenRuns = 0;
    let seenAt = performance.now();
    const finish = (report: AttackReport): void => {
      clearInterval(watch);
      void worker.terminate();
      resolve(report);
    };
    const fail = (because: string): void => {
      const bytes = new Uint8Array(shared, headSizeInBytes, Atomics.load(words, 1)).slice();
      finish({ runs: Atomics.load(words, 0), outcomes: 0, finding: { bytes, because } });
    };
    const watch = setInterval(() => {
      const runs = Atomics.load(words, 0);
      if (runs !== seenRuns) {
        seenRuns = runs;
        seenAt = performance.now();
      } else if (performance.now() - seenAt > hangSeconds * 1000) {
        fail(`one run did not end in ${hangSeconds} s`);
      }
    }, 1000);
    worker.on('message', finish);
    worker.on('error', (error) => fail(error.stack ?? error.message));
  });
}
