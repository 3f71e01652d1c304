import { isVmcorekitError } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { applyXbzrle } from '../../dist/memory/xbzrle.js';

const pageSizeInBytes = 4096;

function leb128(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, value >> 7];
}

/** Encodes what differs, as QEMU does: runs of equal and of different bytes. */
function encoded(before: Uint8Array, after: Uint8Array): Uint8Array {
  const delta: number[] = [];
  for (let at = 0; at < after.length; ) {
    let changed = at;
    while (changed < after.length && before[changed] === after[changed]) {
      changed++;
    }
    let end = changed;
    while (end < after.length && before[end] !== after[end]) {
      end++;
    }
    if (end > changed) {
      delta.push(...leb128(changed - at), ...leb128(end - changed));
      delta.push(...after.subarray(changed, end));
    }
    at = end;
  }
  return Uint8Array.from(delta);
}

describe('an XBZRLE delta', () => {
  it('makes of a page what it was encoded from', () => {
    const change = fc.record({ at: fc.nat(pageSizeInBytes - 1), length: fc.nat(300) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const before = Uint8Array.from({ length: pageSizeInBytes }, (_, index) => index % 251);
        const after = before.slice();
        for (const { at, length } of changes) {
          for (let index = at; index < Math.min(pageSizeInBytes, at + length); index++) {
            after[index] = ((before[index] ?? 0) + 1 + (index % 3)) % 256;
          }
        }
        const page = before.slice();
        applyXbzrle(encoded(before, after), page);
        expect(Buffer.compare(page, after)).to.equal(0);
      }),
    );
  });

  it('throws bad-data and nothing else where it does not fit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (delta) => {
        const page = new Uint8Array(64);
        try {
          applyXbzrle(delta, page);
        } catch (error) {
          expect(isVmcorekitError(error, 'bad-data')).to.equal(true);
        }
        expect(page).to.have.length(64);
      }),
    );
  });
});
