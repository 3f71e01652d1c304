import { isZero } from '@vmcorekit/core';
import { expect } from 'chai';

describe('isZero', () => {
  it('finds a single byte anywhere, whatever the alignment and length', () => {
    const around = new Uint8Array(128).fill(0xff);
    for (let from = 0; from < 8; from++) {
      for (let length = 0; length <= 80; length++) {
        const bytes = around.subarray(from, from + length);
        bytes.fill(0);
        expect(isZero(bytes)).to.equal(true);
        for (let at = 0; at < length; at++) {
          bytes[at] = 0x80;
          expect(isZero(bytes), `byte ${at} of ${length}`).to.equal(false);
          bytes[at] = 0;
        }
        around.fill(0xff);
      }
    }
  });

  it('finds a single byte anywhere in a page of 4 KiB', () => {
    const page = new Uint8Array(4096);
    expect(isZero(page)).to.equal(true);
    for (let at = 0; at < page.length; at++) {
      page[at] = 1;
      expect(isZero(page), `byte ${at}`).to.equal(false);
      page[at] = 0;
    }
  });
});
