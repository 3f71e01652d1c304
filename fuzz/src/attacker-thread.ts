import { parentPort, workerData } from 'node:worker_threads';
import { type AttackReport, attack, inputLimitInBytes } from './attack.ts';
import { corpusOf } from './corpus.ts';
import { targets } from './targets/index.ts';

/** What a thread gets at its start. */
export interface ThreadTask {
  readonly target: string;
  readonly seed: number;
  readonly runs: number;
  readonly seconds: number;
  /**
   * Two words, the count of runs and the length of the input, then the input of the current run.
   */
  readonly shared: SharedArrayBuffer;
}

export const sharedSizeInBytes: number = 8 + inputLimitInBytes;

const { target: name, seed, runs, seconds, shared } = workerData as ThreadTask;
const target = targets.find((candidate) => candidate.name === name);
if (target !== undefined) {
  const words = new Int32Array(shared, 0, 2);
  const input = new Uint8Array(shared, 8);
  const report: AttackReport = await attack(
    target,
    [...(await target.seeds()), ...corpusOf(target)],
    {
      seed,
      runs,
      until: performance.now() + seconds * 1000,
      onInput(bytes) {
        input.set(bytes.subarray(0, inputLimitInBytes));
        words[1] = Math.min(bytes.length, inputLimitInBytes);
        Atomics.add(words, 0, 1);
      },
    },
  );
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread
  parentPort?.postMessage(report);
}
