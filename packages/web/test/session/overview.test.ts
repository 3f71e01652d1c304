import type { PageState } from '@vmcorekit/core';
import { expect } from 'chai';
import { memoryOverview } from '../../dist/session/memory/overview.js';

const mebibyte = 2 ** 20;

/** The overview, and how often the state of a page was looked up. */
function overviewOf(ranges: readonly (readonly [number, number])[], state: (at: number) => string) {
  let lookUps = 0;
  const work = memoryOverview({
    pageSizeInBytes: 4096,
    ranges: ranges.map(([start, end]) => ({ start, end })),
    pageState: (pfn) => {
      lookUps += 1;
      return state(pfn * 4096) as PageState;
    },
  });
  let step = work.next();
  while (step.done !== true) {
    step = work.next();
  }
  return { cells: step.value, lookUps };
}

describe('the overview of physical memory', () => {
  it('misses no small stretch at either end of a tebibyte', () => {
    const far = 2 ** 40;
    const ranges = [
      [0, 8 * mebibyte],
      [far, far + 8 * mebibyte],
    ] as const;
    const { cells } = overviewOf(ranges, () => 'stored');
    expect(cells).to.have.length(512);
    expect([cells[0], cells[1], cells[510], cells[511]]).to.deep.equal([
      'stored',
      'absent',
      'absent',
      'stored',
    ]);
  });

  it('has the state of most of each part', () => {
    const { cells } = overviewOf([[0, 512 * mebibyte]], (at) =>
      at < 256 * mebibyte ? 'excluded' : at < 384 * mebibyte ? 'zero' : 'partial',
    );
    expect([cells[0], cells[255], cells[256], cells[383], cells[384], cells[511]]).to.deep.equal([
      'excluded',
      'excluded',
      'zero',
      'zero',
      'stored',
      'stored',
    ]);
  });

  it('looks up no more pages of a dump with many ranges', () => {
    const ranges = Array.from({ length: 100_000 }, (_, index) => {
      return [index * 8192, index * 8192 + 4096] as const;
    });
    const { lookUps } = overviewOf(ranges, () => 'stored');
    expect(lookUps).to.be.lessThan(512 * 16);
  });

  it('is empty for a dump without memory', () => {
    expect(overviewOf([], () => 'stored').cells).to.deep.equal([]);
  });
});
