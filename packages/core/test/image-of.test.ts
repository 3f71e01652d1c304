import { imageOf } from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

describe('imageOf', () => {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 4096 }], byteOrder: 'big' });

  it('makes an image of a name and a memory, with nothing else in it', () => {
    const image = imageOf({ format: 'toy', memory });
    expect(image).to.include({
      format: 'toy',
      memory,
      architecture: null,
      byteOrder: 'big',
      wordSizeInBits: 64,
    });
    expect(image).to.include({ vmcoreinfo: null, eraseinfo: null });
    expect([
      ...image.notes,
      ...image.header,
      ...image.headerOffsets,
      ...image.damage,
    ]).to.deep.equal([]);
  });

  it('keeps all that is given', () => {
    let isDisposed = false;
    using image = imageOf({
      format: 'toy',
      memory,
      wordSizeInBits: 32,
      vmcoreinfo: 'OSRELEASE=6.1\n',
      [Symbol.dispose]() {
        isDisposed = true;
      },
    });
    expect(image).to.include({ wordSizeInBits: 32, vmcoreinfo: 'OSRELEASE=6.1\n' });
    image[Symbol.dispose]();
    expect(isDisposed).to.equal(true);
  });
});
