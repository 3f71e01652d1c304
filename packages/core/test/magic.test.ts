import { hasAt, magicAt } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';

const head = Uint8Array.of(0x00, 0xff, 0x41, 0x42);

describe('magic bytes', () => {
  it('are found where they lie, each byte one Latin-1 character', () => {
    expect(hasAt(head, 1, '\xffAB')).to.equal(true);
    expect(hasAt(head, 0, '\xffAB')).to.equal(false);
    expect(hasAt(head, 2, 'ABC')).to.equal(false);
    expect(hasAt(head, 9, '')).to.equal(true);
  });

  it('are named with their place, the first of those that may lie there', () => {
    expect(magicAt(2, 'X', 'AB')(head)).to.equal("has 'AB' at offset 2");
    expect(magicAt(0, '\0\xff')(head)).to.match(/^has '.*' at offset 0$/);
    expect(magicAt(2, 'X', 'Y')(head)).to.equal(undefined);
  });

  it('are found in whatever begins with them, and in nothing shorter', () => {
    const magic = fc.string({ minLength: 1, maxLength: 8, unit: 'binary-ascii' });
    fc.assert(
      fc.property(magic, fc.nat(40), fc.uint8Array({ maxLength: 20 }), (text, offset, rest) => {
        const bytes = new Uint8Array(offset + text.length + rest.length);
        bytes.set(Buffer.from(text, 'latin1'), offset);
        bytes.set(rest, offset + text.length);
        expect(hasAt(bytes, offset, text)).to.equal(true);
        expect(hasAt(bytes.subarray(0, offset + text.length - 1), offset, text)).to.equal(false);
      }),
    );
  });
});
