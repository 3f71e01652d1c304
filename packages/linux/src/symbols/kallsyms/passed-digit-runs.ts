import { type Dump, type PhysicalAddress, seenThroughout, tryRead } from '@vmcorekit/core';
import { type KnownDigitRuns, maxKeptRuns } from './known-digit-runs.ts';
import { digitRunLook } from './physical-search.ts';
import { byteOrdersOf, windowAround } from './physical-window.ts';
import { readTokenTable } from './token-table.ts';

/** A machine has hardly ten; of a hostile one's, each window is searched by itself. */
const maxTokenTables = 64;

/** By the list of what was seen, which a new pass makes a new one. */
const judged: WeakMap<readonly PhysicalAddress[], KnownDigitRuns | null> = new WeakMap();

/**
 * Where another search's pass over all memory met runs of digit tokens, those of whole token tables
 * first. Undefined where no pass has ended, or where it met more than a machine has.
 */
export function passedDigitRuns(
  dump: Pick<Dump, 'architecture' | 'image'>,
): KnownDigitRuns | undefined {
  const seen = seenThroughout(dump.image.memory, digitRunLook);
  if (seen === undefined || seen.length > maxKeptRuns) {
    return undefined;
  }
  let known = judged.get(seen);
  if (known === undefined) {
    const ofTables = seen.filter((place) => isOfTable(dump, place));
    known =
      ofTables.length > maxTokenTables
        ? null
        : { ofTables, others: seen.filter((place) => !ofTables.includes(place)) };
    judged.set(seen, known);
  }
  return known ?? undefined;
}

function isOfTable(dump: Pick<Dump, 'architecture' | 'image'>, place: PhysicalAddress): boolean {
  return byteOrdersOf(dump).some((byteOrder) => {
    const window = windowAround(dump.image.memory, place, byteOrder);
    return tryRead(() => readTokenTable(window, place - Number(window.start))) !== undefined;
  });
}
