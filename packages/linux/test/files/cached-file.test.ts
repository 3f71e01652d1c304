import { resultOf } from '@vmcorekit/core';
import { type CachedFile, cachedFileAt } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { typesOf } from '../containers/heap.ts';
import type { FlatStructs } from '../tasks/flat-types.ts';
import { FileWorld } from './file-world.ts';

const structs: FlatStructs = {
  address_space: { size: 24, members: { host: [0, 'pointer'], i_pages: [8, { array: 16 }] } },
  page: { size: 64, members: { flags: [0, 8], mapping: [24, 'pointer'], index: [32, 8] } },
};
const trees = typesOf({
  xarray: { size: 16, members: { xa_head: [8, 'pointer'] } },
  xa_node: {
    size: 576,
    members: {
      shift: 0,
      offset: 1,
      parent: [8, 'pointer'],
      array: [16, 'pointer'],
      slots: [40, { pointers: 64 }],
    },
  },
});
const upToDate = 1n << 3n;
const firstDataPage = 700;

/** A file; each of its pages is a page of memory, a word in its place, or nothing. */
class Cache {
  readonly world: FileWorld = new FileWorld(structs, {
    struct: (name) => trees.struct(name),
    enumeration: (name) =>
      name === 'pageflags' ? new Map([['PG_uptodate', 3n]]) : trees.enumeration(name),
  });
  readonly inode: bigint;
  readonly mapping: bigint;
  readonly node: bigint;

  constructor(size: bigint, pages: readonly ('page' | bigint | null)[], type: string = 'ext4') {
    const { world } = this;
    const { heap } = world;
    this.mapping = heap.take(24);
    this.node = heap.take(576, 64);
    this.inode = world.inode({ size });
    heap.put(this.inode + 16n, world.superBlock(type, 1n), size, this.mapping);
    heap.put(this.mapping, this.inode, 0n, this.node + 2n);
    heap.put(this.node + 8n, 0n, this.mapping + 8n);
    for (const [index, page] of pages.entries()) {
      const word = page === 'page' ? this.page(index) : (page ?? 0n);
      heap.put(this.node + 40n + BigInt(8 * index), word);
    }
  }

  /** The `struct page` of the page of memory for an index. */
  page(index: number, flags: bigint = upToDate): bigint {
    const at = this.world.pages + BigInt(64 * (firstDataPage + index));
    this.world.heap.put(at, flags, 0n, 0n, this.mapping, BigInt(index));
    return at;
  }

  read(): CachedFile {
    const found = resultOf(cachedFileAt(this.world.kernel, this.inode));
    if (typeof found === 'string') {
      throw new Error(found);
    }
    return found;
  }

  get parts(): (readonly [bigint, bigint, number | string | null])[] {
    return this.read().parts.map((part) => [
      part.offsetInBytes,
      part.lengthInBytes,
      part.missing ?? part.physicalAddress,
    ]);
  }
}

describe('cachedFileAt', () => {
  it('joins pages that adjoin, and names those that are not there', () => {
    const shadow = 0x1235n;
    const cache = new Cache(0x6001n, ['page', 'page', null, shadow, 'page', null, null]);
    expect(cache.parts).to.deep.equal([
      [0n, 0x2000n, firstDataPage * 4096],
      [0x2000n, 0x1000n, 'not cached'],
      [0x3000n, 0x1000n, 'evicted'],
      [0x4000n, 0x1000n, (firstDataPage + 4) * 4096],
      [0x5000n, 0x2000n, 'not cached'],
    ]);
    expect(cache.read()).to.include({ fileSystem: 'ext4', sizeInBytes: 0x6001n });
  });

  it('knows that files in memory have holes, and swapped-out pages', () => {
    const cache = new Cache(0x3000n, [null, 0x99n, 'page'], 'tmpfs');
    expect(cache.parts).to.deep.equal([
      [0n, 0x1000n, null],
      [0x1000n, 0x1000n, 'swapped out'],
      [0x2000n, 0x1000n, (firstDataPage + 2) * 4096],
    ]);
  });

  it('reads the pages of a folio that the head alone names', () => {
    const cache = new Cache(0x3000n, ['page', 'page', 'page']);
    const head = cache.page(0);
    cache.world.heap.put(cache.node + 40n, head, head, head);
    expect(cache.parts).to.deep.equal([[0n, 0x3000n, firstDataPage * 4096]]);
  });

  it('believes no page of another file or place, and none that was not read', () => {
    const cache = new Cache(0x4000n, ['page', 'page', 'page', 0xffff_8880_7000_0000n]);
    cache.world.heap.put(cache.page(0) + 24n, 0x1234_5678n);
    cache.world.heap.put(cache.page(1) + 32n, 9n);
    cache.page(2, 0n);
    expect(cache.parts).to.deep.equal([
      [0n, 0x2000n, 'not proved'],
      [0x2000n, 0x1000n, 'not read yet'],
      [0x3000n, 0x1000n, 'not proved'],
    ]);
  });

  it('says which pages a filter left out of the dump', () => {
    const cache = new Cache(0x2000n, ['page', 'page']);
    cache.world.heap.memory.exclude((firstDataPage + 1) * 4096);
    expect(cache.parts[1]).to.deep.equal([0x1000n, 0x1000n, 'not in the dump']);
  });

  it('takes nothing for a hole where the tree of pages is torn', () => {
    const cache = new Cache(0x3000n, ['page', null, null], 'tmpfs');
    cache.world.heap.put(cache.node + 16n, 0x1111n);
    expect(cache.parts).to.deep.equal([[0n, 0x3000n, 'not proved']]);
    expect(cache.read().remarks.join()).to.match(/the pages of the file/);
  });

  it('refuses what is no plain file with pages of its own', () => {
    const refusal = (change: (cache: Cache) => void, type = 'ext4'): unknown => {
      const cache = new Cache(0x1000n, ['page'], type);
      change(cache);
      return resultOf(cachedFileAt(cache.world.kernel, cache.inode));
    };
    const nothing = (): void => {};
    expect(refusal(nothing, 'overlay')).to.match(/overlay/);
    expect(refusal(nothing, 'hugetlbfs')).to.match(/larger pages/);
    expect(refusal(nothing, 'proc')).to.match(/makes them up/);
    expect(refusal(({ world, inode }) => world.heap.put(inode, 0o040755n))).to.match(/but DIR/);
    expect(refusal(({ world, mapping }) => world.heap.put(mapping, 8n))).to.match(/another inode/);
    expect(refusal(({ world, inode }) => world.heap.put(inode + 32n, 8n))).to.match(/be read/);
  });

  it('ends on any bytes in the tree of pages, and has each part once', () => {
    const size = 0x7fff_ffff_ffff_f000n;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(560), (bytes, place) => {
        const cache = new Cache(size, ['page', null, 'page', 0x99n]);
        cache.world.heap.bytes(cache.node + BigInt(place), bytes);
        let end = 0n;
        for (const { offsetInBytes, lengthInBytes } of cache.read().parts) {
          expect(offsetInBytes).to.equal(end);
          end += lengthInBytes;
        }
        expect(end).to.equal(size);
      }),
      { numRuns: 60 },
    );
  });
});
