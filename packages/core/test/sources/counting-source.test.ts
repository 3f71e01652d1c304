import { BufferSource, CountingSource } from '@vmcorekit/core';
import { expect } from 'chai';

describe('CountingSource', () => {
  it('counts the bytes it gave, not those that were asked for', () => {
    const source = new CountingSource(new BufferSource(new Uint8Array(10)));
    source.readInto(0, new Uint8Array(4));
    source.readInto(8, new Uint8Array(4));
    source.readInto(20, new Uint8Array(4));
    expect(source.bytesRead).to.equal(6);
  });
});
