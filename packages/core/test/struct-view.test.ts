import { StructView } from '@vmcorekit/core';
import { expect } from 'chai';

describe('StructView', () => {
  const bytes = new Uint8Array([
    1, 2, 3, 4, 5, 6, 7, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
  ]);

  it('reads fields in the byte order it was made for', () => {
    expect(new StructView(bytes, 'little', 's').uint32(0)).to.equal(0x04030201);
    expect(new StructView(bytes, 'big', 's').uint32(0)).to.equal(0x01020304);
    expect(new StructView(bytes, 'big', 's').int64(8)).to.equal(-1n);
    expect(new StructView(bytes, 'little', 's').uintptr(4, 32)).to.equal(0x08070605n);
  });

  it('names structure and file offset of a field that lies beyond the end', () => {
    expect(() => new StructView(bytes, 'little', 'sub header', 0x1000).uint64(12)).to.throw(
      'sub header at 0x100c: wanted 8 bytes, got 4',
    );
  });

  it('refuses an offset of 2^53 and more instead of rounding it', () => {
    expect(() =>
      new StructView(bytes, 'little', 'page descriptor', 0x10).uint53(8, 'offset'),
    ).to.throw('page descriptor at 0x18: offset is 0xffffffffffffffff, wanted a number below 2^53');
  });
});
