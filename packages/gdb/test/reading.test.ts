import type { KernelMemory } from '@vmcorekit/core';
import { VmcorekitError } from '@vmcorekit/core';
import { expect } from 'chai';
import { readHeld } from '../dist/reading.js';

/** Memory that holds its addresses' lowest bytes, from `start` on, before `end`. */
function memory(start: bigint, end: bigint): KernelMemory {
  return {
    tryReadInto(address: bigint, target: Uint8Array) {
      const isHeld = address >= start && address + BigInt(target.length) <= end;
      for (let at = 0; at < target.length; at++) {
        target[at] = isHeld ? Number((address + BigInt(at)) & 0xffn) : 0xee;
      }
      return isHeld;
    },
    translate(address: bigint) {
      if (address < start || address >= end) {
        throw new VmcorekitError('not-mapped', { virtualAddress: address, because: 'no entry' });
      }
      return { physicalAddress: 0, mappingSizeInBytes: 4096 };
    },
  } as unknown as KernelMemory;
}

const from = (first: number, length: number) =>
  Uint8Array.from({ length }, (_, at) => (first + at) & 0xff);

describe('readHeld', () => {
  it('reads all that is there', () => {
    expect(readHeld(memory(0x1000n, 0x9000n), 0x1ffen, 6000)).to.deep.equal(from(0xfe, 6000));
  });

  it('ends before the first page that is lost', () => {
    const bytes = readHeld(memory(0x1000n, 0x3000n), 0x1010n, 0x10000);
    expect(bytes).to.deep.equal(from(0x10, 0x1ff0));
  });

  it('ends within a page of which the end is lost', () => {
    for (const length of [1, 5, 100, 4095]) {
      const bytes = readHeld(memory(0x1000n, 0x1000n + BigInt(length)), 0x1000n, 8192);
      expect(bytes, `${length}`).to.deep.equal(from(0, length));
    }
  });

  it('reads nothing where nothing is', () => {
    expect(readHeld(memory(0x1000n, 0x3000n), 0x5000n, 100)).to.have.length(0);
    expect(readHeld(memory(0x1000n, 0x3000n), 0xfffn, 100)).to.have.length(0);
  });

  it('stops at the end of the address space', () => {
    const end = 1n << 64n;
    expect(readHeld(memory(end - 4096n, end), end - 3n, 100)).to.deep.equal(from(0xfd, 3));
  });
});
