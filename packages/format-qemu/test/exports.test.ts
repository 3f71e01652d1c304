import * as exported from '@vmcorekit/format-qemu';
import { expect } from 'chai';

describe('@vmcorekit/format-qemu', () => {
  it('exports what its README names', () => {
    expect(Object.keys(exported).sort()).to.deep.equal([
      'QemuStreamFormat',
      'libvirtSaveContainer',
      'libvirtSaveFormat',
      'plugin',
      'qcow2Container',
    ]);
  });
});
