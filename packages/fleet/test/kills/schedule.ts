/** What happens once so many results were written. */
export interface Blow {
  readonly afterResults: number;
  readonly what: 'reader' | 'coordinator' | 'database';
  /** Chooses one of several: from 0 to below 1. */
  readonly which: number;
}

const readers = 8;
const coordinators = 5;

/** Kills at points that the seed chooses, and a restart of the database in the middle third. */
export function killSchedule(seed: number, dumpCount: number): Blow[] {
  const random = randomOf(seed);
  const blow = (what: Blow['what'], from: number, to: number): Blow => ({
    what,
    afterResults: Math.floor((from + random() * (to - from)) * dumpCount),
    which: random(),
  });
  return [
    ...Array.from({ length: readers }, () => blow('reader', 0, 0.95)),
    ...Array.from({ length: coordinators }, () => blow('coordinator', 0, 0.95)),
    blow('database', 1 / 3, 2 / 3),
  ].sort((a, b) => a.afterResults - b.afterResults);
}

/** Numbers from 0 to below 1. Source: mulberry32, by Tommy Ettinger, public domain. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
