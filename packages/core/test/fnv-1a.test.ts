import { fnv1aOf, fnv1aStart, fnv1aWith } from '@vmcorekit/core';
import { expect } from 'chai';

describe('the 32-bit FNV-1a hash', () => {
  it('has the values that its authors publish', () => {
    expect(['', 'a', 'foobar'].map(fnv1aOf)).to.deep.equal([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  });

  it('is the same byte by byte', () => {
    const bytes = [...new TextEncoder().encode('foobar')];
    expect(bytes.reduce(fnv1aWith, fnv1aStart) >>> 0).to.equal(fnv1aOf('foobar'));
  });
});
