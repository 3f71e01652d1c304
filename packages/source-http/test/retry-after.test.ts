import { expect } from 'chai';
import fc from 'fast-check';
import { parseRetryAfter } from '../dist/retry-after.js';

const now = Date.UTC(2026, 11, 1);

describe('a Retry-After header', () => {
  it('gives seconds, or the time up to a date', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (seconds) => {
        expect(parseRetryAfter(String(seconds), now)).to.equal(seconds * 1000);
        const date = new Date(now + seconds * 1000).toUTCString();
        expect(parseRetryAfter(date, now)).to.equal(seconds * 1000);
      }),
    );
    expect(parseRetryAfter('Tue, 01 Dec 2025 00:00:00 GMT', now)).to.equal(0);
  });

  it('of other text gives nothing, and never a time below 0', () => {
    for (const text of [undefined, '', '-1', '1.5', 'soon', '9999999999']) {
      expect(parseRetryAfter(text, now), text).to.equal(undefined);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseRetryAfter(text, now) ?? 0).to.be.at.least(0);
      }),
    );
  });
});
