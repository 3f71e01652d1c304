import { type Damage, hex } from '@vmcorekit/core';

/** What is wrong with the records of a save. */
export interface RecordFaults {
  /** Where reading ended, and why; null at the end of the stream. */
  readonly brokenAt: number;
  readonly because: string | null;
  /** The first place in a list of pages that a container lost. */
  readonly lostAt: number | undefined;
  /** Page numbers that no machine has, and where the first lies. */
  readonly bad: number;
  readonly firstBadAt: number;
}

/** The damage that these faults are. */
export function recordDamage({
  brokenAt,
  because,
  lostAt,
  bad,
  firstBadAt,
}: RecordFaults): Damage[] {
  const damage: Damage[] = [];
  if (because !== null) {
    damage.push({
      name: 'stream-broken',
      loses: 'memory',
      detail: `the save cannot be read from ${hex(brokenAt)} on, and has no end before it: ${because}`,
      fileOffset: brokenAt,
    });
  }
  if (lostAt !== undefined) {
    damage.push({
      name: 'page-list-lost',
      loses: 'memory',
      detail: `the file has lost a part of a list of pages, from ${hex(lostAt)} on: the pages of such a record are missing`,
      fileOffset: lostAt,
    });
  }
  if (bad > 0) {
    damage.push({
      name: 'page-number-bad',
      loses: 'memory',
      detail: `the save has ${bad} page numbers that no machine has, the first at ${hex(firstBadAt)}: these pages are left out`,
      fileOffset: firstBadAt,
    });
  }
  return damage;
}
