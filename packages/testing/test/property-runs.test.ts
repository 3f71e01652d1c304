import { expect } from 'chai';
import { propertyCases } from '../dist/index.js';

const cases = [...Array(12).keys()];

/** What a test takes where the variable has a value. */
function taken(runs: string | undefined, step: number, turn?: number): number[] {
  const before = process.env.VMCOREKIT_PROPERTY_RUNS;
  setRuns(runs);
  try {
    return propertyCases(cases, step, turn);
  } finally {
    setRuns(before);
  }
}

function setRuns(runs: string | undefined): void {
  if (runs === undefined) {
    delete process.env.VMCOREKIT_PROPERTY_RUNS;
  } else {
    process.env.VMCOREKIT_PROPERTY_RUNS = runs;
  }
}

describe('cases of a property', () => {
  it('are one in a step, and each once in as many turns', () => {
    expect(taken(undefined, 5)).to.deep.equal([0, 5, 10]);
    const turns = [7, 8, 9, 10, 11].flatMap((turn) => taken(undefined, 5, turn));
    expect(turns.sort((one, other) => one - other)).to.deep.equal(cases);
  });

  it('are all of them where properties run as often as the step', () => {
    expect(taken('5', 5, 3)).to.deep.equal(cases);
    expect(taken('5', 10, 1)).to.deep.equal([1, 3, 5, 7, 9, 11]);
  });

  it('are one at least, however few there are', () => {
    expect(taken(undefined, 100, 1)).to.deep.equal([1]);
    expect(propertyCases([], 5)).to.deep.equal([]);
  });
});
