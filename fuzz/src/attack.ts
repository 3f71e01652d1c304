import { type Dice, mutate } from './mutate.ts';
import { outcomeOf } from './outcome.ts';
import type { FuzzTarget } from './target.ts';

const maxKept = 4096;
/** Every seed is smaller, and larger inputs only cost time. */
export const inputLimitInBytes: number = 64 * 1024;
/** A run of all seeds takes milliseconds. */
const usualRunLimitInMilliseconds = 3000;
const memoryLimitInBytes: number = 1536 * 1024 * 1024;
const runsPerMemoryCheck = 512;

export interface AttackOptions {
  readonly seed: number;
  readonly runs: number;
  /** On the clock of `performance.now`. */
  readonly until: number;
  /** The limit of processor time for one run; 3 s by default. `Infinity` is none. */
  readonly runLimitInMilliseconds?: number;
  /** Called with every input before its run, because a hang leaves no other trace. */
  readonly onInput?: (bytes: Uint8Array) => void;
}

export interface Finding {
  readonly bytes: Uint8Array;
  readonly because: string;
}

export interface AttackReport {
  readonly runs: number;
  /** The number of different outcomes: each is a path through the code. */
  readonly outcomes: number;
  readonly finding: Finding | null;
}

/**
 * Runs the corpus, then mutations of it and of inputs that brought a new outcome. Ends at the first
 * finding. The same seed and corpus give the same inputs.
 */
export async function attack(
  target: FuzzTarget,
  corpus: readonly Uint8Array[],
  options: AttackOptions,
): Promise<AttackReport> {
  const dice = diceOf(options.seed);
  const pool = [...corpus];
  const outcomes = new Set<string>();
  let runs = 0;
  for (; runs < options.runs && performance.now() < options.until; runs++) {
    const bytes =
      corpus[runs] ?? mutate(oneOf(pool, dice), oneOf(pool, dice), dice, inputLimitInBytes);
    options.onInput?.(bytes);
    try {
      // oxlint-disable-next-line no-await-in-loop -- inputs depend on the outcomes before
      const outcome = await measured(
        target,
        bytes,
        options.runLimitInMilliseconds ?? usualRunLimitInMilliseconds,
      );
      if (!outcomes.has(outcome)) {
        outcomes.add(outcome);
        if (pool.length < maxKept) {
          pool.push(bytes);
        }
      }
    } catch (error) {
      const because = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { runs: runs + 1, outcomes: outcomes.size, finding: { bytes, because } };
    }
    if (runs % runsPerMemoryCheck === 0 && process.memoryUsage.rss() > memoryLimitInBytes) {
      return {
        runs: runs + 1,
        outcomes: outcomes.size,
        finding: { bytes, because: 'memory is above its limit' },
      };
    }
  }
  return { runs, outcomes: outcomes.size, finding: null };
}

/**
 * The outcome; throws where it took too long. Processor time is read only when the clock shows a
 * slow run, because other processes may keep the machine busy. Without a limit it is never read:
 * that costs more than many a run.
 */
async function measured(
  target: FuzzTarget,
  bytes: Uint8Array,
  limitInMilliseconds: number,
): Promise<string> {
  if (limitInMilliseconds === Number.POSITIVE_INFINITY) {
    return outcomeOf(target, bytes);
  }
  const start = performance.now();
  const before = process.cpuUsage();
  const outcome = await outcomeOf(target, bytes);
  if (performance.now() - start > limitInMilliseconds) {
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1000 > limitInMilliseconds) {
      throw new Error(`one run took ${Math.round((user + system) / 1000)} ms`);
    }
  }
  return outcome;
}

function oneOf(pool: readonly Uint8Array[], dice: Dice): Uint8Array {
  // The latest inputs brought new outcomes, so half of the time one of them is used.
  const from = dice(2) === 0 ? Math.max(0, pool.length - 32) : 0;
  return pool[from + dice(pool.length - from)] ?? new Uint8Array();
}

/** Marsaglia's xorshift32 (2003): the same numbers in every run. */
export function diceOf(seed: number): Dice {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return below < 1 ? 0 : (state >>> 0) % below;
  };
}
