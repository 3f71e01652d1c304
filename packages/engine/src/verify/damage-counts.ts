import type { Damage } from '@vmcorekit/core';

/** How often one kind of damage occurred, and its first few places. */
export interface DamageCount {
  readonly name: string;
  readonly count: number;
  /** In the order found; at most `firstShown`. */
  readonly first: readonly Damage[];
}

/** The number of places reported one by one, for each kind. */
export const firstShown = 8;

interface Entry {
  count: number;
  readonly first: Damage[];
}

/**
 * Counts damage by its name, and keeps the first few of each kind. Its size does not grow with the
 * damage.
 */
export class DamageCounts {
  readonly #entries: Map<string, Entry> = new Map();

  /** Counts damage of so many places alike; only the one given is shown. */
  add(damage: Damage, places: number = 1): void {
    const entry = this.#entry(damage.name);
    entry.count += places;
    if (entry.first.length < firstShown) {
      entry.first.push(damage);
    }
  }

  /** Adds counts from elsewhere, for pages after those counted here. */
  merge(others: readonly DamageCount[]): void {
    for (const { name, count, first } of others) {
      const entry = this.#entry(name);
      entry.count += count;
      entry.first.push(...first.slice(0, firstShown - entry.first.length));
    }
  }

  /** In the order in which the kinds were first found. */
  list(): DamageCount[] {
    return [...this.#entries].map(([name, { count, first }]) => ({
      name,
      count,
      first: [...first],
    }));
  }

  #entry(name: string): Entry {
    let entry = this.#entries.get(name);
    if (entry === undefined) {
      entry = { count: 0, first: [] };
      this.#entries.set(name, entry);
    }
    return entry;
  }
}
