import { expect } from 'chai';
import { roleText } from '../../dist/text/kernel-place.js';

describe('the role of a kernel in text', () => {
  // "6.1.0-57-cloud-amd64, unknown" left open what was unknown.
  it('says what is not known', () => {
    expect(roleText('unknown')).to.equal('role not known');
    expect(roleText('crashed')).to.equal('crashed');
  });
});
