import type { CreateHash, Damage, Dump, Progress } from '@vmcorekit/core';
import { type CheckedDigest, checkDigests } from './check-digests.ts';
import { type DamageCount, DamageCounts } from './damage-counts.ts';
import { emptyTally, type PageCounts, type PageTally, tallyPages } from './page-tally.ts';

/** What remains of a dump after all of it was read. */
export interface Verification {
  /** Nothing is damaged. Pages left out on purpose, or held in part, are no damage. */
  readonly isSound: boolean;
  readonly pages: PageCounts;
  /** Damage of the file first, then of pages. */
  readonly damage: readonly DamageCount[];
  /** The digests that containers state of their contents, each with the one that they have. */
  readonly digests: readonly CheckedDigest[];
}

/**
 * Reads everything a dump holds: its format checks its own structures, and every page is read,
 * unless the caller already tallied the pages. Then the contents of containers are read, if a
 * container states a digest of them.
 */
export function* verifyDump(
  dump: Dump,
  tallied: PageTally | null = null,
  hashNamed: (algorithm: string) => CreateHash | undefined = () => undefined,
): Generator<Progress, Verification, void> {
  const { image } = dump;
  const found: Damage[] = [];
  for (const step of image.check?.() ?? []) {
    if ('kind' in step) {
      yield step;
    } else {
      found.push(step);
    }
  }
  const tally = tallied ?? (yield* tallyPages(image.memory, image.memory.ranges, 'data'));
  const { digests, damage } = yield* checkDigests(dump.statedDigests ?? [], hashNamed);
  return { ...summed([...dump.damage, ...found, ...damage], tally), digests };
}

/**
 * All known damage of a dump: what was met so far, and a tally of its pages, which knows of more.
 */
export function damageOf(dump: Dump, tally: PageTally | null): readonly DamageCount[] {
  return summed(dump.damage, tally ?? emptyTally).damage;
}

function summed(
  conditions: readonly Damage[],
  { pages, damage }: PageTally,
): Omit<Verification, 'digests'> {
  const counts = new DamageCounts();
  const tallied = new Set(damage.map(({ name }) => name));
  for (const condition of conditions) {
    // A page met earlier is in the tally too.
    if (condition.pfn === undefined || !tallied.has(condition.name)) {
      counts.add(condition);
    }
  }
  counts.merge(damage);
  const list = counts.list();
  return { isSound: list.length === 0 && pages.corrupt === 0, pages, damage: list };
}
