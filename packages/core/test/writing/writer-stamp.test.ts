import {
  latin1Bytes,
  parseWriterStamp,
  writerStamp,
  writerStampSizeInBytes,
} from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';

describe('the stamp of a writer', () => {
  it('reads back, with where it stood', () => {
    expect(parseWriterStamp(writerStamp(), 4064)).to.deep.equal({
      writer: 'vmcorekit',
      fileOffset: 4064,
    });
  });

  it('may be of another program', () => {
    const bytes = new Uint8Array(writerStampSizeInBytes);
    bytes.set(latin1Bytes('written by other-tool'));
    expect(parseWriterStamp(bytes, 0)?.writer).to.equal('other-tool');
  });

  it('is not seen in other bytes, nor in a piece of one', () => {
    expect(parseWriterStamp(writerStamp().subarray(0, 31), 0)).to.equal(null);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(parseWriterStamp(bytes, 0)).to.equal(null);
      }),
    );
  });
});
