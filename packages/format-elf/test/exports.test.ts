import * as exported from '@vmcorekit/format-elf';
import { expect } from 'chai';

describe('@vmcorekit/format-elf', () => {
  it('exports what its README names', () => {
    expect(Object.keys(exported).sort()).to.deep.equal([
      'ElfFormat',
      'ElfImage',
      'VmlinuxSymbols',
      'Vmlinuz',
      'plugin',
    ]);
  });

  it('contributes the format and the symbols', () => {
    expect(exported.plugin.formats?.map((format) => format.name)).to.deep.equal(['elf']);
    expect(exported.plugin.symbolFiles?.map((file) => file.name)).to.deep.equal([
      'vmlinux',
      'vmlinuz',
    ]);
  });
});
