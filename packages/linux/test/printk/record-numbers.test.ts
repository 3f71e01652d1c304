import { expect } from 'chai';
import { withNumbersOfPlaces } from '../../dist/printk/record-numbers.js';

const record = (sequence: number | null) => ({ sequence, lost: 'it was being written' });

describe('withNumbersOfPlaces', () => {
  it('gives a message with a flipped number the one of its place', () => {
    // The sixth message of a 6.12 guest had the number 1335 and not 311.
    const numbers = [306, 307, 308, 309, 310, 1335, 312, 313];
    const steps = numbers.map((_, index) => index);
    const found = withNumbersOfPlaces(numbers.map(record), steps);
    expect(found.map(({ sequence }) => sequence)).to.deep.equal(steps.map((step) => 306 + step));
  });

  it('counts by places, also where records between them are left out', () => {
    const found = withNumbersOfPlaces([4, 9, 1034, 11].map(record), [0, 5, 6, 7]);
    expect(found.map(({ sequence }) => sequence)).to.deep.equal([4, 9, 10, 11]);
  });

  it('changes nothing where no number has most of the records on its side', () => {
    for (const numbers of [[], [null, null], [5, 900], [1, 20, 300]]) {
      const steps = numbers.map((_, index) => index);
      const found = withNumbersOfPlaces(numbers.map(record), steps);
      expect(found.map(({ sequence }) => sequence)).to.deep.equal(numbers);
    }
  });
});
