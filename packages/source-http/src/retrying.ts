import { Fault } from './fault.ts';

const maxTries = 5;
const firstPauseInMilliseconds = 100;
/** A server that sends less with each answer would be asked thousands of times for one read. */
export const leastProgressInBytes: number = 4096;
/** No server may make a user wait longer for one read. */
const maxWaitInMilliseconds = 60_000;

/**
 * Does work until it succeeds: five tries at most, with pauses that double and vary by chance, or
 * that the server asks for. A try that got 4 KiB further counts as the first; `progress` says how
 * far work came. Throws the last `Fault`.
 */
export async function retrying<Result>(
  work: () => Promise<Result>,
  progress: () => number,
  pause: (milliseconds: number) => Promise<void>,
): Promise<Result> {
  let slow = 0;
  for (let tries = 1, before = progress(); ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Fault) || (error.kind !== 'again' && error.kind !== 'slow')) {
        throw error;
      }
      const now = progress();
      if (now - before >= leastProgressInBytes) {
        tries = 1;
        before = now;
      }
      slow += error.kind === 'slow' ? 1 : 0;
      const { waitInMilliseconds: asked = 0 } = error;
      if (asked > maxWaitInMilliseconds) {
        throw new Fault(
          `${error.because}, and asks for ${Math.ceil(asked / 1000)} s of patience: try again then`,
          'final',
        );
      }
      if (tries >= maxTries || slow > 1) {
        throw slow > 1 ? error : new Fault(`${error.because}, ${maxTries} times`, 'final');
      }
      const usual = firstPauseInMilliseconds * 2 ** (tries - 1) * (0.5 + Math.random());
      await pause(Math.max(asked, usual));
    }
  }
}
