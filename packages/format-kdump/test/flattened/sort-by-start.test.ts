import { resultOf } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { Extents } from '../../dist/flattened/extents.js';
import { sortByStart } from '../../dist/flattened/sort-by-start.js';

function extentsAt(starts: readonly number[]): Extents {
  const extents = new Extents();
  for (const start of starts) {
    extents.push(start, start + 1, 0);
  }
  return extents.trim();
}

describe('sorting records by where they begin', () => {
  it('gives the order that a stable sort gives, whatever the records', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 200 }), (starts) => {
        const expected = starts
          .map((_, index) => index)
          .toSorted((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0) || a - b);
        expect([...resultOf(sortByStart(extentsAt(starts)))]).to.deep.equal(expected);
      }),
    );
  });

  it('pauses often, and reports its progress', () => {
    const count = 1 << 20;
    const fractions: number[] = [];
    const work = sortByStart(
      extentsAt(Array.from({ length: count }, (_, index) => (index * 40_503) % count)),
    );
    for (const { fraction } of work) {
      fractions.push(fraction ?? -1);
    }
    expect(fractions.length).to.be.above(4);
    expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1)).to.equal(true);
    expect(fractions).to.deep.equal(fractions.toSorted((a, b) => a - b));
  });
});
