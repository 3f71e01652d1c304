import { expect } from 'chai';
import fc from 'fast-check';
import { durationText, nanosecondsText, secondsText } from '../../dist/layout/time-text.js';

describe('times as text', () => {
  it('are UTC, with as many digits as are known', () => {
    expect(secondsText(1_795_414_016)).to.equal('2026-11-23T06:06:56Z');
    expect(nanosecondsText(1_795_414_016_000_000_007n)).to.equal('2026-11-23T06:06:56.000000007Z');
    expect(nanosecondsText(-1n)).to.equal('1969-12-31T23:59:59.999999999Z');
  });

  it('keep the millisecond that a date has', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000_000, max: 4_000_000_000_000 }), (time) => {
        const text = nanosecondsText(BigInt(time) * 1_000_000n);
        expect(new Date(text.replace('000000Z', 'Z')).getTime()).to.equal(time);
      }),
    );
  });

  it('count days, hours, minutes and seconds from the first that is not zero', () => {
    expect([0, 59, 3600, 86_400 * 11 + 61].map(durationText)).to.deep.equal([
      '0 s',
      '59 s',
      '1 h 0 min 0 s',
      '11 d 0 h 1 min 1 s',
    ]);
  });
});
