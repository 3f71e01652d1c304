import type { Kernel, TypeTable } from '@vmcorekit/core';
import {
  type DirectMap,
  directMapOf,
  freeBlockOf,
  isSlabPage,
  mappingKindOf,
  pageFlagNames,
  pageFrameAt,
  pageTypeOf,
} from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { addressOf, base, words } from '../system/kernel-with.ts';
import { memoryKernel, memoryTypes, structBytes } from './memory-kernel.ts';

const page = [
  'u64 flags',
  'u64 compound_head',
  'void *mapping',
  'u64 index',
  'u64 private',
  'u64 rest',
  'u32 page_type',
  'u32 _refcount',
  'u64 memcg_data',
];
const flags = ['PG_locked', 'PG_writeback', 'PG_slab', 'PG_reserved', '__NR_PAGEFLAGS'];
const old = memoryTypes({ structs: { page }, enums: { pageflags: flags } });

/** Linux 6.12 and later: enumerators have values of their own. */
const typed: TypeTable = {
  from: 'the test',
  remarks: [],
  struct: (name) => old.struct(name),
  enumeration: (name) =>
    name === 'pagetype'
      ? new Map([
          ['PGTY_buddy', 0xf0n],
          ['PGTY_slab', 0xf5n],
          ['PGTY_mapcount_underflow', 0xffn],
        ])
      : old.enumeration(name),
};

const vmemmap = addressOf(3);

function kernelOf(
  types: TypeTable,
  pages: Readonly<Record<number, Readonly<Record<string, bigint>>>>,
): { readonly kernel: Kernel; readonly map: DirectMap } {
  const kernel = memoryKernel(
    types,
    { page_offset_base: words(base), vmemmap_base: words(vmemmap), max_pfn: words(64n) },
    {
      at: Object.fromEntries(
        Object.entries(pages).map(([pfn, values]) => [
          String(vmemmap + 64n * BigInt(pfn)),
          structBytes(types, 'page', values),
        ]),
      ),
    },
  );
  const map = directMapOf(kernel);
  if (map === undefined) {
    throw new Error('the kernel has no direct map');
  }
  return { kernel, map };
}

describe('the struct page of a frame', () => {
  it('has named flags, counts and its head', () => {
    const { kernel, map } = kernelOf(old, {
      4: { flags: 0x8000_0000_0000_0005n, _refcount: 3n, page_type: 1n },
      5: { compound_head: vmemmap + 4n * 64n + 1n },
      6: { compound_head: 0xffff_ffff_ffff_ff01n },
    });
    const frame = pageFrameAt(kernel, map, 4n);
    expect(frame).to.deep.include({ pfn: 4n, refcount: 3, head: null });
    expect(pageFlagNames(kernel, frame?.flags ?? 0n)).to.deep.equal(['locked', 'slab']);
    expect(pageFrameAt(kernel, map, 5n)?.head).to.equal(vmemmap + 4n * 64n);
    // Since Linux 7.0 the word may be a mask of the page's own address.
    expect(pageFrameAt(kernel, map, 6n)?.head).to.equal(vmemmap + 4n * 64n);
    expect(pageFrameAt(kernel, map, 64n)).to.equal(undefined);
  });

  it('has a type by cleared bits up to Linux 6.9, and by number since 6.12', () => {
    const before = kernelOf(old, {}).kernel;
    expect(pageTypeOf(before, 0xffff_ff7f)).to.equal('buddy');
    expect(pageTypeOf(before, 0xffff_fdff)).to.equal('table');
    expect(pageTypeOf(before, 0xffff_ffff)).to.equal(null);
    expect(pageTypeOf(before, 7)).to.equal(null);
    const { kernel, map } = kernelOf(typed, { 1: { page_type: 0xf500_0000n }, 2: { flags: 4n } });
    expect(pageTypeOf(kernel, 0xf000_0000)).to.equal('buddy');
    expect(pageTypeOf(kernel, 0xffff_ffff)).to.equal(null);
    const [slab, plain] = [1n, 2n].map((pfn) => pageFrameAt(kernel, map, pfn));
    expect(slab && isSlabPage(kernel, slab)).to.equal(true);
    expect(plain && isSlabPage(kernel, plain)).to.equal(false);
  });

  it('belongs to a free block by the mark of its first page', () => {
    const { kernel, map } = kernelOf(typed, { 8: { page_type: 0xf000_0000n, private: 2n } });
    expect(freeBlockOf(kernel, map, 8n)).to.deep.equal({ pfn: 8n, order: 2 });
    expect(freeBlockOf(kernel, map, 11n)).to.deep.equal({ pfn: 8n, order: 2 });
    expect(freeBlockOf(kernel, map, 12n)).to.equal(undefined);
  });

  it('says by two bits what its mapping is', () => {
    expect([0n, 16n, 17n, 18n, 19n].map(mappingKindOf)).to.deep.equal([
      null,
      'file',
      'anonymous',
      'movable',
      'ksm',
    ]);
  });

  it('is read whatever it holds', () => {
    const word = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    fc.assert(
      fc.property(word, word, fc.nat(63), (link, own, at) => {
        const { kernel, map } = kernelOf(typed, {
          [at]: { compound_head: link, private: own, page_type: own & 0xffff_ffffn },
        });
        const head = pageFrameAt(kernel, map, BigInt(at))?.head ?? vmemmap;
        expect((head - vmemmap) % 64n).to.equal(0n);
        const block = freeBlockOf(kernel, map, BigInt(at));
        expect(block === undefined || block.pfn <= BigInt(at)).to.equal(true);
      }),
      { numRuns: 50 },
    );
  });
});
