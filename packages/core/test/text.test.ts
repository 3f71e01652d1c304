import {
  hex,
  hexText,
  latin1Bytes,
  latin1UntilNul,
  plural,
  printable,
  printableLine,
} from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';

describe('text', () => {
  it('shows bytes as two hexadecimal digits each', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(hexText(bytes)).to.equal(Buffer.from(bytes).toString('hex'));
      }),
    );
  });

  it('writes signed hexadecimal the way crash takes it', () => {
    expect([hex(-0x25600000), hex(0), hex(0xffffffff81000000n)]).to.deep.equal([
      '-0x25600000',
      '0x0',
      '0xffffffff81000000',
    ]);
  });

  it('lets no control character, escape sequence or bidirectional override through', () => {
    expect(printable('a\x1b[31mb\r\n\u202ec')).to.equal('a\\x1b[31mb\\x0d\\x0a\\u{202e}c');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).to.match(/^[^\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]*$/u);
      }),
    );
  });

  it('keeps the tabs of a line of text, and escapes those of a name', () => {
    expect(printableLine('rcu: \tRCU\x1b[31m\u202e\t')).to.equal('rcu: \tRCU\\x1b[31m\\u{202e}\t');
    expect(printable('rcu: \tRCU')).to.equal('rcu: \\x09RCU');
  });

  it('reads bytes up to the first NUL, one character a byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 10_000 }), (bytes) => {
        const text = latin1UntilNul(bytes);
        const end = bytes.indexOf(0);
        expect(text.length).to.equal(end < 0 ? bytes.length : end);
        expect(text).to.equal(String.fromCharCode(...bytes.subarray(0, text.length)));
      }),
    );
  });

  // A list of the characters took 25 times as much memory as the text.
  it('turns text into bytes without a list of its characters', () => {
    let asked = 0;
    const text = {
      length: 1000,
      charCodeAt(at: number) {
        asked++;
        return at & 0xff;
      },
      [Symbol.iterator]: () => expect.fail('its characters were listed'),
    };
    const bytes = latin1Bytes(text as unknown as string);
    expect([bytes.length, bytes[1], bytes.at(-1), asked]).to.deep.equal([
      1000,
      1,
      999 & 0xff,
      1000,
    ]);
  });

  it('turns 32 MiB of text into bytes', () => {
    const bytes = latin1Bytes(`${'x'.repeat(2 ** 25)}\xff`);
    expect([bytes.length, bytes[0], bytes.at(-1)]).to.deep.equal([2 ** 25 + 1, 0x78, 0xff]);
  });

  it('counts one thing as one, and others as many', () => {
    expect([0, 1, 2].map((count) => plural(count, 'page'))).to.deep.equal([
      '0 pages',
      '1 page',
      '2 pages',
    ]);
    expect([1, 2].map((count) => plural(count, 'note holds', 'notes hold'))).to.deep.equal([
      '1 note holds',
      '2 notes hold',
    ]);
    expect(plural(4096, 'page', 'pages', '4 096')).to.equal('4 096 pages');
  });
});
