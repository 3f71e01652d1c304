import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { RepagedMemory } from '../../dist/memory/repaged-memory.js';

/** Pages of 4 KiB: bytes, zero, left out, zero; a hole of four pages; four of zeros. */
function mixed(): SparseMemory {
  const memory = new SparseMemory({
    ranges: [
      { start: 0, end: 0x4000 },
      { start: 0x8000, end: 0xc000 },
    ],
  });
  memory.write(0xffe, Uint8Array.of(1, 2, 0, 0));
  memory.exclude(0x2000);
  return memory;
}

describe('RepagedMemory', () => {
  it('gives larger pages the state that their parts have together', () => {
    const states = (pageSizeInBytes: number, count: number) => {
      const memory = new RepagedMemory(mixed(), pageSizeInBytes);
      return Array.from({ length: count }, (_, pfn) => memory.pageState(pfn));
    };
    expect(states(0x2000, 6)).to.deep.equal([
      'stored',
      'partial',
      'absent',
      'absent',
      'zero',
      'zero',
    ]);
    expect(states(0x4000, 3)).to.deep.equal(['partial', 'absent', 'zero']);
  });

  it('knows how far there are no bytes, if the memory does', () => {
    expect(new RepagedMemory(mixed(), 0x2000).bytelessUntil(0)).to.equal(undefined);
    const memory = Object.assign(mixed(), { bytelessUntil: (address: number) => address + 9 });
    expect(new RepagedMemory(memory, 0x2000).bytelessUntil(1)).to.equal(10);
  });

  it('gives smaller pages the state of the page around them, or of the part held', () => {
    const blocks = new RepagedMemory(mixed(), 0x2000);
    const pages = new RepagedMemory(blocks, 0x1000);
    expect([0, 1, 2, 3, 4, 8].map((pfn) => pages.pageState(pfn))).to.deep.equal([
      'stored',
      'stored',
      'excluded',
      'zero',
      'absent',
      'zero',
    ]);
  });

  it('reads the same bytes, also across pages of the memory below', () => {
    const memory = new RepagedMemory(mixed(), 0x2000);
    expect([...memory.read(0xffe, 3)]).to.deep.equal([1, 2, 0]);
    expect(memory.withView(0xffe, 4, (view) => [...view])).to.deep.equal([1, 2, 0, 0]);
    expect(() => memory.withView(0x1000, 0x1001, (view) => view)).to.throw(/left|excluded/);
    expect([...memory.storedRuns()]).to.deep.equal([
      { start: 0, end: 0x1000 },
      { start: 0x1000, end: 0x2000 },
    ]);
  });
});
