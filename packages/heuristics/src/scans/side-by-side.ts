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
 * progress is the part they have seen.
 */
export function* sideBySide<Result>(
  context: HeuristicContext,
  first: Generator<Progress, Result, void>,
): Generator<Progress, Result, void> {
  const along = context.runsAllSearches === true ? shared : cheap;
  const companions = along.map((start) => new Companion(start(context)));
  for (let step = first.next(); ; step = first.next()) {
    if (step.done === true) {
      return step.value;
    }
    yield step.value;
    const { fraction } = step.value;
    if (fraction !== null) {
      takeAlong(companions, fraction);
    }
  }
}

/** Steps of the slowest first, because a cache may hold less than a step of the first search. */
function takeAlong(companions: readonly Companion[], fraction: number): void {
  for (;;) {
    const [last] = companions.toSorted((a, b) => a.fraction - b.fraction);
    if (last === undefined || last.fraction >= fraction) {
      return;
    }
    last.step();
  }
}

/** A shared search that keeps up with another. */
class Companion {
  /** How far it is. */
  fraction: number = 0;
  readonly #work: Generator<Progress, unknown, void>;

  constructor(work: Generator<Progress, unknown, void>) {
    this.#work = work;
  }

  /** Its error is reported where its result is asked for. */
  step(): void {
    try {
      const step = this.#work.next();
      this.fraction =
        step.done === true ? Number.POSITIVE_INFINITY : (step.value.fraction ?? this.fraction);
    } catch {
      this.fraction = Number.POSITIVE_INFINITY;
    }
  }
}
