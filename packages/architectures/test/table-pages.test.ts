import { x8664 } from '@vmcorekit/architectures';
import type { TranslationRoot } from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { mmuOf, rootAt } from './root-at.ts';

const present = 1n;
const large = 0x80n;
const page = 4096;

function memoryWith(entries: Readonly<Record<number, bigint>>): SparseMemory {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x100000 }] });
  for (const [address, value] of Object.entries(entries)) {
    memory.writeUint64(Number(address), value);
  }
  return memory;
}

function pagesOf(
  memory: SparseMemory,
  roots: readonly TranslationRoot[],
  limit: number = 1000,
): [number, number][] {
  return Array.from(
    mmuOf(x8664).tablePages?.(memory, roots, limit) ?? [],
    ({ physicalAddress, level }) => [physicalAddress / page, level],
  );
}

describe('the pages of x86-64 page tables', () => {
  it('are given once, root first, with their level; large pages and leaves are not', () => {
    const memory = memoryWith({
      [page]: BigInt(2 * page) | present,
      [page + 8]: BigInt(2 * page) | present,
      [2 * page]: BigInt(3 * page) | present,
      [2 * page + 8]: BigInt(7 * page) | present | large,
      [3 * page]: BigInt(4 * page) | present,
      [4 * page]: BigInt(9 * page) | present,
    });
    const root = rootAt(x8664, page, 4);
    expect(pagesOf(memory, [root, root])).to.deep.equal([
      [1, 4],
      [2, 3],
      [3, 2],
      [4, 1],
    ]);
  });

  it('end where tables lead to themselves, and where there are more than may be read', () => {
    const memory = memoryWith({
      [page]: BigInt(page) | present,
      [page + 8]: BigInt(2 * page) | present,
    });
    const root = rootAt(x8664, page, 4);
    expect(pagesOf(memory, [root]).map(([pfn]) => pfn)).to.deep.equal([1, 2]);
    expect(pagesOf(memory, [root], 1)).to.have.lengthOf(1);
  });

  it('leave out what cannot be read', () => {
    const memory = memoryWith({ [page]: BigInt(2 * page) | present });
    memory.exclude(2 * page);
    expect(pagesOf(memory, [rootAt(x8664, page, 4)])).to.deep.equal([[1, 4]]);
  });

  it('are asked for once where a table that cannot be read is named in every entry', () => {
    const entries = Array.from({ length: 512 }, (_, index) => [
      page + 8 * index,
      BigInt(2 * page) | present,
    ]);
    const memory = memoryWith(Object.fromEntries(entries));
    memory.exclude(2 * page);
    let asked = 0;
    const pageState = memory.pageState.bind(memory);
    memory.pageState = (pfn) => {
      asked += pfn === 2 ? 1 : 0;
      return pageState(pfn);
    };
    expect(pagesOf(memory, [rootAt(x8664, page, 4)])).to.deep.equal([[1, 4]]);
    expect(asked).to.equal(1);
  });
});
