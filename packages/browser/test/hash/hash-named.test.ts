import { createHash } from 'node:crypto';
import { hashNamed } from '@vmcorekit/browser';
import { expect } from 'chai';

/** Every length around the ends of blocks, and some larger ones. */
const lengths = [...Array(200).keys(), 1000, 4096, 65537];
const bytes = Uint8Array.from({ length: 65537 }, (_, index) => (index * 31 + (index >>> 8)) & 0xff);
const hex = (digest: Uint8Array): string => Buffer.from(digest).toString('hex');

describe('hashNamed', () => {
  for (const algorithm of ['md5', 'sha1', 'sha256']) {
    it(`makes the ${algorithm} that Node makes, of every length and in any pieces`, () => {
      for (const length of lengths) {
        const message = bytes.subarray(0, length);
        const wanted = createHash(algorithm).update(message).digest('hex');
        const whole = hashNamed(algorithm)?.();
        whole?.update(message);
        expect(hex(whole?.digest() ?? message), `${length} bytes`).to.equal(wanted);
        const pieces = hashNamed(algorithm)?.();
        for (let at = 0; at < length; at += 61) {
          pieces?.update(message.subarray(at, at + 61));
        }
        expect(hex(pieces?.digest() ?? message), `${length} bytes in pieces`).to.equal(wanted);
      }
    });
  }

  it('knows no others', () => {
    expect(hashNamed('blake2b512')).to.equal(undefined);
  });
});
