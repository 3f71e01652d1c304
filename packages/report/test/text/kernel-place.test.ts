import { expect } from 'chai';
import { otherNumbers, roleText } from '../../dist/text/kernel-place.js';

describe('the role of a kernel in text', () => {
  // "6.1.0-57-cloud-amd64, unknown" left open what was unknown.
  it('says what is not known', () => {
    expect(roleText('unknown')).to.equal('role not known');
    expect(roleText('crashed')).to.equal('crashed');
  });
});

describe('the other numbers of a place', () => {
  it('are in hexadecimal, and counts of bits in decimal', () => {
    const numbers = { kimage_voffset: 0x10n, phys_offset: 0x40000000n, vabits_actual: 48n };
    expect(otherNumbers({ physBase: null, imageOffset: 0x10n, numbers })).to.deep.equal([
      ['phys_offset', '0x40000000'],
      ['vabits_actual', '48'],
    ]);
  });
});
