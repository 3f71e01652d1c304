import { plural } from '@vmcorekit/core';
import type { ProbeRow } from './probe-row.ts';

const words = ['certain', 'probable', 'ambiguous', 'none', 'not read'] as const;

/** Counts the dumps of a table by their verdicts. Keeps no row. */
export class ProbeTotals {
  readonly #counts: Map<(typeof words)[number], number> = new Map();

  add({ confidence }: Pick<ProbeRow, 'confidence'>): void {
    const word = confidence ?? 'not read';
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
  }

  /** `12 dumps: 9 certain, 1 probable, 2 not read`. */
  text(): string {
    const counted = words.flatMap((word) => {
      const count = this.#counts.get(word);
      return count === undefined ? [] : [`${count} ${word}`];
    });
    const total = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    return plural(total, 'dump') + (counted.length === 0 ? '' : `: ${counted.join(', ')}`);
  }
}
