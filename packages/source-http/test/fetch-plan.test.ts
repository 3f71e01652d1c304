import { expect } from 'chai';
import { FetchPlan } from '../dist/fetch-plan.js';

const later = { afterMisses: 24, first: 5, most: 9 };
const sizes = { first: 2, most: 6, later, inOrder: 16, untilInOrder: 32 };
const nothing = (): boolean => false;

describe('what a request asks for', () => {
  it('doubles for misses one after another, up to a limit', () => {
    const plan = new FetchPlan(1000, 1, sizes);
    const runs = [100, 102, 106, 112].map((block) => plan.forMiss(block, block, nothing));
    expect(runs.map(({ first, end }) => end - first)).to.deep.equal([2, 4, 6, 6]);
    expect(plan.forMiss(500, 500, nothing)).to.deep.equal({ first: 500, end: 502 });
  });

  it('is more after many misses', () => {
    const plan = new FetchPlan(10_000, 1, sizes);
    const runs = Array.from({ length: 26 }, (_, index) =>
      plan.forMiss(100 * (index + 1), 0, nothing),
    );
    expect(runs.map(({ first, end }) => end - first).slice(-3)).to.deep.equal([2, 5, 5]);
    expect(plan.forMiss(2605, 0, nothing)).to.deep.equal({ first: 2605, end: 2614 });
  });

  it('is all that a large read wants, and no block that is there', () => {
    const plan = new FetchPlan(1000, 1, sizes);
    expect(plan.forMiss(10, 20, nothing)).to.deep.equal({ first: 10, end: 21 });
    expect(plan.forMiss(10, 500, nothing)).to.deep.equal({ first: 10, end: 26 });
    expect(plan.forMiss(10, 20, (block) => block === 13)).to.deep.equal({ first: 10, end: 13 });
  });

  it('ends with the file', () => {
    expect(new FetchPlan(11, 1, sizes).forMiss(10, 10, nothing)).to.deep.equal({
      first: 10,
      end: 11,
    });
  });

  it('runs ahead only where reads come in order for long', () => {
    const plan = new FetchPlan(1000, 1, sizes);
    let block = 1;
    const asked: number[] = [];
    while (block < 35) {
      expect(plan.ahead(block, nothing)).to.equal(undefined);
      const run = plan.forMiss(block, block, nothing);
      asked.push(run.end - run.first);
      block = run.end;
    }
    expect(asked).to.deep.equal([4, 6, 6, 6, 6, 6]);
    expect(plan.ahead(block - 1, nothing)).to.deep.equal({ first: block, end: block + 16 });
    expect(plan.ahead(block - 1, nothing)).to.deep.equal({ first: block + 16, end: block + 32 });
    expect(plan.ahead(block - 1, nothing)).to.equal(undefined);
  });
});
