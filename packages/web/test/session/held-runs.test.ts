import { resultOf } from '@vmcorekit/core';
import { expect } from 'chai';
import { nextHeld, previousHeld, type RunsBetween } from '../../dist/session/memory/held-runs.js';

const runs = [
  { start: 0x1000n, end: 0x2000n },
  { start: 0x2000n, end: 0x3000n },
  { start: 0x8000n, end: 0x9000n },
];
const few: RunsBetween = (from, to) => runs.filter(({ start, end }) => end > from && start < to);

describe('memory beyond a gap', () => {
  const next = (at: bigint) => resultOf(nextHeld(few, at, 0x1_0000n));
  const previous = (at: bigint) => resultOf(previousHeld(few, at));

  it('is the first byte after it, or the last one before it', () => {
    expect(next(0n)).to.equal(0x1000n);
    expect(next(0x1800n)).to.equal(0x8000n);
    expect(previous(0x8800n)).to.equal(0x2fffn);
    expect(previous(0x5000n)).to.equal(0x2fffn);
  });

  it('is nothing where no gap, or nothing beyond it, is left', () => {
    expect(next(0x8000n)).to.equal(null);
    expect(next(0x9000n)).to.equal(null);
    expect(previous(0x2800n)).to.equal(null);
    expect(previous(0x10n)).to.equal(null);
  });

  it('is found below among more runs than are kept', () => {
    const many: RunsBetween = function* (from, to) {
      const first = from / 0x1000n;
      for (let page = first - (first % 2n); page * 0x1000n < to; page += 2n) {
        if ((page + 1n) * 0x1000n > from) {
          yield { start: page * 0x1000n, end: (page + 1n) * 0x1000n };
        }
      }
    };
    expect(resultOf(previousHeld(many, 0x4000_0800n))).to.equal(0x3fff_efffn);
  });
});
