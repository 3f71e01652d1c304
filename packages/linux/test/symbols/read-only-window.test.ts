import { VmcorekitError } from '@vmcorekit/core';
import { expect } from 'chai';
import { ReadOnlyWindow } from '../../dist/symbols/kallsyms/read-only-window.js';

const pageSize = 0x1000;

/** A window of two pages, of which memory lacks the first; and the addresses it was asked for. */
function halfLost() {
  const asked: bigint[] = [];
  const tryReadInto = (address: bigint, target: Uint8Array): boolean => {
    asked.push(address);
    target.fill(7);
    return address >= BigInt(pageSize);
  };
  const read = (address: bigint, lengthInBytes: number): Uint8Array => {
    const bytes = new Uint8Array(lengthInBytes);
    if (!tryReadInto(address, bytes)) {
      throw new VmcorekitError('not-mapped', { virtualAddress: address, because: 'lost' });
    }
    return bytes;
  };
  const memory = { byteOrder: 'little', read, tryReadInto } as const;
  return { window: new ReadOnlyWindow(memory, 0n, 2 * pageSize, true), asked };
}

describe('a window of read-only data', () => {
  it('asks for a lost page, then once for the reason, which each read of it throws', () => {
    const { window, asked } = halfLost();
    for (let at = 0; at < pageSize; at += 256) {
      expect(() => window.uint8(at)).to.throw(VmcorekitError, 'lost');
    }
    expect(window.uint8(pageSize)).to.equal(7);
    expect(() => window.uint8(0)).to.throw(VmcorekitError, 'lost');
    expect(asked).to.deep.equal([0n, 0n, BigInt(pageSize)]);
    expect(window.isHeld(0, 1)).to.equal(false);
  });

  it('takes a lost page from a copy that comes later', () => {
    const { window } = halfLost();
    expect(() => window.uint8(8)).to.throw(VmcorekitError, 'lost');
    window.useCopy(0, new Uint8Array(pageSize).fill(3));
    expect(window.uint8(8)).to.equal(3);
  });
});
