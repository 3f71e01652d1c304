import { expect } from 'chai';
import { withGrowingLimits } from '../dist/index.js';

describe('limits that grow', () => {
  it('end with the first at which the test passes', async () => {
    const tried: number[] = [];
    await withGrowingLimits(async (limit) => {
      tried.push(limit);
      expect(tried).to.have.lengthOf(2);
    });
    expect(tried).to.have.lengthOf(2);
    expect(tried[1]).to.be.above(tried[0] ?? 0);
  });

  it('end with what failed at the longest', async () => {
    let failure: unknown;
    let times = 0;
    try {
      await withGrowingLimits(async () => {
        throw new Error(`time ${++times}`);
      });
    } catch (error) {
      failure = error;
    }
    expect(failure).to.be.an('error').with.property('message', `time ${times}`);
    expect(times).to.be.above(1);
  });
});
