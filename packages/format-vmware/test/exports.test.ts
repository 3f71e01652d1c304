import * as exported from '@vmcorekit/format-vmware';
import { expect } from 'chai';

describe('@vmcorekit/format-vmware', () => {
  it('exports what its README names', () => {
    expect(Object.keys(exported).sort()).to.deep.equal(['VmwareFormat', 'plugin']);
  });
});
