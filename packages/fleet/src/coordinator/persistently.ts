import { sentenceOf } from '../analysis/sentence.ts';
import { isPassing } from '../database/lost-connection.ts';
import { sleep } from './sleep.ts';

const firstPauseMilliseconds = 100;
const longestPauseMilliseconds = 5000;

/**
 * Does work on the database, again and again while the database is gone. Undefined if the signal
 * fired before it came back. Rejects with errors that do not pass.
 */
export async function persistently<Answer>(
  work: () => Promise<Answer>,
  signal: AbortSignal,
  remark: (text: string) => void,
): Promise<Answer | undefined> {
  let pause = firstPauseMilliseconds;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error)) {
        throw error;
      }
      if (signal.aborted) {
        return undefined;
      }
      if (pause === firstPauseMilliseconds) {
        remark(`the database does not answer, trying on: ${sentenceOf(error)}`);
      }
      await sleep(pause, signal);
      pause = Math.min(longestPauseMilliseconds, 2 * pause);
    }
  }
}
