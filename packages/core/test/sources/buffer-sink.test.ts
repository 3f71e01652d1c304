import { BufferSink, isZero } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';

describe('BufferSink', () => {
  it('holds what was written last at each offset, and zeros between', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(20_000), fc.uint8Array({ maxLength: 50 })), { maxLength: 10 }),
        (writes) => {
          const sink = new BufferSink();
          const expected: number[] = [];
          for (const [offset, bytes] of writes) {
            sink.writeAt(offset, bytes);
            for (let at = expected.length; at < offset + bytes.length; at++) {
              expected[at] = 0;
            }
            for (const [index, byte] of bytes.entries()) {
              expected[offset + index] = byte;
            }
          }
          const end = Math.max(0, ...writes.map(([offset, bytes]) => offset + bytes.length));
          expect([...sink.bytes]).to.deep.equal(expected.slice(0, end));
        },
      ),
    );
  });
});

describe('isZero', () => {
  it('is true of nothing and of zeros only', () => {
    expect(isZero(new Uint8Array(0))).to.equal(true);
    expect(isZero(new Uint8Array(9))).to.equal(true);
    expect(isZero(Uint8Array.of(0, 0, 1))).to.equal(false);
  });
});
