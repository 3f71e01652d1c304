import { expect } from 'chai';
import { filterOptionTable } from '../../dist/fleet/filter-options.js';

describe('--new-since', () => {
  const read = (text: string) => filterOptionTable['new-since'].read([text], '--new-since');

  it('takes a time', () => {
    expect(read('2026-11-24')).to.equal('2026-11-24T00:00:00.000Z');
  });

  it('takes how long ago it was', () => {
    const days = (text: string): number =>
      Math.round((Date.now() - Date.parse(read(text) ?? '')) / 86_400_000);
    expect([days('48h'), days('7d'), days('2w')]).to.deep.equal([2, 7, 14]);
  });

  for (const text of ['7', '0d', '-1d', '7 d', '99999d', 'week']) {
    it(`refuses '${text}'`, () => {
      expect(() => read(text)).to.throw('wanted a date');
    });
  }
});
