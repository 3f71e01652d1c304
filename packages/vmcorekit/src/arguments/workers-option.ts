import { availableParallelism } from 'node:os';
import { type OptionSpec, value } from './option-spec.ts';
import { UsageError } from './usage-error.ts';

/** More threads would only wait for the one that writes the result. */
const maxWorkers = 16;

export function defaultWorkers(): number {
  return Math.min(availableParallelism(), maxWorkers);
}

/** `--workers N`; `doing` says what the threads do. */
export function workersOption(doing: string): OptionSpec<number | undefined> {
  return value(
    'N',
    `${doing} in N threads; 1 = no extra threads (default: one per core, at most ${maxWorkers})`,
    (text, option) => {
      const count = Number(text);
      if (!/^[0-9]+$/.test(text) || count < 1 || count > maxWorkers) {
        throw new UsageError(`${option}: got '${text}', wanted a number from 1 to ${maxWorkers}`);
      }
      return count;
    },
  );
}
