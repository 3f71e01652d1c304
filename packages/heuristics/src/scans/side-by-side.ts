import type { HeuristicContext, Progress } from '@vmcorekit/core';
import { ownNotesIn } from '@vmcorekit/linux';
import { tablesIn } from './kallsyms-tables.ts';
import { scannedNotesIn } from './vmcoreinfo-notes.ts';

/** The searches of all memory whose results the context shares. */
const shared = [ownNotesIn, scannedNotesIn, tablesIn] as const;
/** It looks at some bytes of a page, and a witness may need it after the first search. */
const cheap = [ownNotesIn] as const;

/**
 * Goes through memory, and takes shared searches along: where all searches will run, all of them,
 * else the cheap one. Each stays where the first one is. So the bytes are in the caches when the
 * next one looks at them, and a file is read once. Searches go in ascending order, and their
 * progress is the part they have seen. Where all will run, they end with the first one, because a
 * look at its findings needs less where their results are known.
 */
export function* sideBySide<Result>(
  context: HeuristicContext,
  first: Generator<Progress, Result, void>,
): Generator<Progress, Result, void> {
  const along = context.runsAllSearches === true ? shared : cheap;
  const companions = along.map((start) => new Companion(start(context)));
  for (let step = first.next(); ; step = first.next()) {
    if (step.done === true) {
      if (context.runsAllSearches === true) {
        yield* finishAll(companions);
      }
      return step.value;
    }
    yield step.value;
    const { fraction } = step.value;
    if (fraction !== null) {
      for (let slow = behind(companions, fraction); slow; slow = behind(companions, fraction)) {
        slow.step();
      }
    }
  }
}

function* finishAll(companions: readonly Companion[]): Generator<Progress, void, void> {
  const end = Number.POSITIVE_INFINITY;
  for (let slow = behind(companions, end); slow; slow = behind(companions, end)) {
    const progress = slow.step();
    if (progress !== undefined) {
      yield progress;
    }
  }
}

/**
 * The slowest companion, if it has seen less than that part. It is next, because a cache may hold
 * less than a step of the first search.
 */
function behind(companions: readonly Companion[], fraction: number): Companion | undefined {
  const [last] = companions.toSorted((a, b) => a.fraction - b.fraction);
  return last !== undefined && last.fraction < fraction ? last : undefined;
}

/** A shared search that keeps up with another. */
class Companion {
  /** How far it is. */
  fraction: number = 0;
  readonly #work: Generator<Progress, unknown, void>;

  constructor(work: Generator<Progress, unknown, void>) {
    this.#work = work;
  }

  /** Undefined at its end. Its error is reported where its result is asked for. */
  step(): Progress | undefined {
    try {
      const step = this.#work.next();
      if (step.done !== true) {
        this.fraction = step.value.fraction ?? this.fraction;
        return step.value;
      }
    } catch {
      // An error ends it, too.
    }
    this.fraction = Number.POSITIVE_INFINITY;
    return undefined;
  }
}
