import * as exported from '@vmcorekit/format-xen';
import { expect } from 'chai';

describe('@vmcorekit/format-xen', () => {
  it('exports what its README names', () => {
    expect(Object.keys(exported).sort()).to.deep.equal([
      'XenCoreFormat',
      'XenSaveFormat',
      'plugin',
    ]);
  });
});
