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
    const isThere = (block: number): boolean => block === 13 || block === 8;
    expect(plan.forMiss(10, 20, isThere)).to.deep.equal({ first: 9, end: 13 });
  });

  it('ends with the file, and begins with it', () => {
    const isHead = (block: number): boolean => block === 0;
    const plan = new FetchPlan(11, 1, sizes);
    expect(plan.forMiss(10, 10, isHead)).to.deep.equal({ first: 9, end: 11 });
    expect(new FetchPlan(3, 1, sizes).forMiss(2, 20, isHead)).to.deep.equal({ first: 1, end: 3 });
    expect(new FetchPlan(1, 0, sizes).forMiss(0, 0, nothing)).to.deep.equal({ first: 0, end: 1 });
  });

  it('goes down where misses do, and doubles then too', () => {
    const plan = new FetchPlan(1000, 1, sizes);
    let lowest = 1000;
    const asked: number[] = [];
    for (let block = 500; block >= 480; block--) {
      if (block < lowest) {
        const run = plan.forMiss(block, block, (other) => other >= lowest && other < 502);
        asked.push(run.end - run.first);
        lowest = run.first;
      }
    }
    expect(asked).to.deep.equal([2, 4, 6, 6, 6]);
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
