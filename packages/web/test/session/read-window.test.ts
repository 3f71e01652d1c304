import type { Dump, PageState } from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { placeOf } from '../../dist/session/memory/place.js';
import { readWindow } from '../../dist/session/memory/read-window.js';

/** The index calls all pages stored; only reading shows that some are damaged. */
class UnawareMemory extends SparseMemory {
  override pageState(pfn: number): PageState {
    const state = super.pageState(pfn);
    return state === 'corrupt' && !this.isReading ? 'stored' : state;
  }
  isReading = false;
  override withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    this.isReading = true;
    try {
      return super.withView(address, lengthInBytes, use);
    } finally {
      this.isReading = false;
    }
  }
}

describe('a window of memory', () => {
  it('says of each damaged page alone that it cannot be read', () => {
    const memory = new UnawareMemory({ ranges: [{ start: 0, end: 0x8000 }] });
    memory.write(0, new Uint8Array(0x8000).fill(7));
    memory.lose(0x2000, 'corrupt');
    memory.lose(0x5000, 'corrupt');
    const dump = { image: { memory } } as unknown as Dump;
    const { stretches } = readWindow(dump, null, {
      space: 'physical',
      address: 0x800n,
      lengthInBytes: 0x7000,
    });
    expect(
      stretches.map(({ address, lengthInBytes, state, bytes }) => [
        Number(address),
        lengthInBytes,
        state,
        bytes?.every((byte) => byte === 7) ?? null,
      ]),
    ).to.deep.equal([
      [0x800, 0x800, 'stored', true],
      [0x1000, 0x1000, 'stored', true],
      [0x2000, 0x1000, 'corrupt', null],
      [0x3000, 0x1000, 'stored', true],
      [0x4000, 0x1000, 'stored', true],
      [0x5000, 0x1000, 'corrupt', null],
      [0x6000, 0x1800, 'stored', true],
    ]);
  });
});

describe('a number as a place', () => {
  it('lies in the space that is looked at, as kernels of s390x and i386 need', () => {
    expect(placeOf(null, '0x3ffffb22000', 'virtual')).to.deep.equal({
      space: 'virtual',
      address: 0x3ff_ffb2_2000n,
    });
    expect(placeOf(null, '0x3ffffb22000', 'physical').space).to.equal('physical');
    expect(placeOf(null, '0xffffffff81000000', 'physical').space).to.equal('virtual');
  });
});
