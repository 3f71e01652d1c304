import { BufferSource, onlyFile } from '@vmcorekit/core';
import { expect } from 'chai';

describe('the only file of a dump', () => {
  const file = new BufferSource(Uint8Array.of(1));

  it('is the one given, and an error of the caller where there is none or another', () => {
    expect(onlyFile([file], 'an ELF dump')).to.equal(file);
    expect(() => onlyFile([], 'an ELF dump')).to.throw('an ELF dump is one file, got 0');
    expect(() => onlyFile([file, file], 'an ELF dump')).to.throw('an ELF dump is one file, got 2');
  });
});
