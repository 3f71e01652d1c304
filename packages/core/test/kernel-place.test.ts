import { kernelPlace } from '@vmcorekit/core';
import { expect } from 'chai';

describe('the place of a kernel, in words', () => {
  it('is phys_base where the architecture has it', () => {
    expect(kernelPlace({ physBase: -0x1000, imageOffset: 5n, numbers: {} })).to.deep.equal([
      'phys_base',
      '-0x1000',
    ]);
  });

  it('is the number of the architecture that holds the image offset', () => {
    const numbers = { phys_offset: 0x40000000n, kimage_voffset: 0xffff800000000000n };
    expect(
      kernelPlace({ physBase: null, imageOffset: 0xffff800000000000n, numbers }),
    ).to.deep.equal(['kimage_voffset', '0xffff800000000000']);
  });

  it('is the image offset where no tool has a name for it', () => {
    expect(kernelPlace({ physBase: null, imageOffset: 0x10n, numbers: {} })).to.deep.equal([
      'image offset',
      '0x10',
    ]);
  });
});
