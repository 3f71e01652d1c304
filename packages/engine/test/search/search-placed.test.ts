import { expect } from 'chai';
import { bestPlaced, type PlacedTry } from '../../dist/search/search-placed.js';

type Seen = readonly [confidence: 'certain' | 'probable', tasks: number];

/** The number of the way that counts; null for none. */
function chosen(ways: number, ...seen: readonly Seen[]): number | null {
  const tries = seen.map(([confidence, tasks]) => ({
    verdict: { confidence },
    tasks,
  })) as unknown as PlacedTry[];
  const best = bestPlaced(tries, ways);
  return best === null ? null : tries.indexOf(best);
}

describe('the place of memory without an address', () => {
  for (const [why, ways, seen, expected] of [
    ['is the only one', 1, [['certain', 0]], 0],
    ['is the only one, also where nothing is certain', 1, [['probable', 0]], 0],
    [
      'is the only one that is certain',
      2,
      [
        ['probable', 9],
        ['certain', 1],
      ],
      1,
    ],
    ['is the only one of several that shows a certain kernel', 2, [['certain', 1]], 0],
    ['is not one of several that shows a kernel that is not certain', 2, [['probable', 1]], null],
    [
      'is the one that more tasks are reached by',
      2,
      [
        ['certain', 40],
        ['certain', 41],
      ],
      1,
    ],
    [
      'is not known where as many tasks are reached',
      2,
      [
        ['certain', 41],
        ['certain', 41],
      ],
      null,
    ],
    ['is not known where the kernel is not seen', 1, [], null],
  ] as const satisfies readonly (readonly [string, number, readonly Seen[], number | null])[]) {
    it(why, () => {
      expect(chosen(ways, ...seen)).to.equal(expected);
    });
  }
});
