import { expect } from 'chai';
import { Fault } from '../dist/fault.js';
import { Tries } from '../dist/retrying.js';

describe('tries', () => {
  it('end where the waits asked for are long in all: a read went on for hours', () => {
    const tries = new Tries();
    const busy = new Fault('the server failed', 'again', 25_000);
    expect(tries.pauseAfter(busy, 10_000)).to.equal(25_000);
    expect(tries.pauseAfter(busy, 20_000)).to.equal(25_000);
    expect(() => tries.pauseAfter(busy, 30_000)).to.throw(
      'the server failed, and asks for 75 s of patience: try again then',
    );
  });

  it('begin again after progress, and end after five without', () => {
    const tries = new Tries();
    const cut = new Fault('it was cut', 'again');
    for (let done = 0; done < 200_000; done += 10_000) {
      expect(tries.pauseAfter(cut, done)).to.be.below(500);
    }
    for (let count = 0; count < 3; count++) {
      tries.pauseAfter(cut, 190_000);
    }
    expect(() => tries.pauseAfter(cut, 190_000)).to.throw('it was cut, 5 times');
  });
});
