import type { KernelCache, TypeTable } from '@vmcorekit/core';
import { btfInMemory } from '@vmcorekit/linux';
import {
  buildKernelBtf,
  linearMemory,
  MapKernelCache,
  SparseMemory,
  symbolList,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const address = 0xffffffff82000000n;
const sizeInBytes = 0x80000;
const buildId = 'ab'.repeat(20);
const structs = (count: number, size: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`type_${index}`, { size, members: { a: 0 } }]),
  );
const spec = { address, isSorted: false, structs: structs(5000, 16) };
const built = buildKernelBtf(spec);
/** Another kernel: of the same size, but for the size of its structures. */
const other = buildKernelBtf({ ...spec, structs: structs(5000, 24) });

function memoryOf(bytes: Uint8Array = built.bytes): SparseMemory {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  memory.write(0, bytes);
  return memory;
}

function typesIn(memory: SparseMemory, cache: KernelCache, id: string | null = buildId): TypeTable {
  const run = { virtualAddress: address, physicalAddress: 0, lengthInBytes: sizeInBytes };
  const runs = [{ ...run, isWritable: false, isExecutable: false }];
  return btfInMemory(
    { memory: linearMemory(memory, runs), symbols: symbolList(built.symbols), runs },
    { cache, buildId: id },
  );
}

function filled(): MapKernelCache {
  const cache = new MapKernelCache();
  typesIn(memoryOf(), cache);
  return cache;
}

describe('types in a cache', () => {
  it('are kept once they were read, and then a few pages of the dump are enough', () => {
    const cache = filled();
    expect([...cache.kept.keys()]).to.deep.equal([`${buildId} types`]);
    const memory = memoryOf();
    const types = typesIn(memory, cache);
    expect([types.struct('type_1999')?.sizeInBytes, types.remarks]).to.deep.equal([16, []]);
    expect(memory.pagesRead).to.be.at.most(16);
    expect(built.places.array / 4096).to.be.above(20);
  });

  it('are neither used nor kept for a kernel without a build ID', () => {
    const cache = new MapKernelCache();
    expect(typesIn(memoryOf(), cache, null).struct('type_1')?.sizeInBytes).to.equal(16);
    expect(cache.kept.size).to.equal(0);
  });

  it('are refused by name where they are another kernel’s, and then replaced', () => {
    const cache = filled();
    const types = typesIn(memoryOf(other.bytes), cache);
    expect(types.struct('type_7')?.sizeInBytes).to.equal(24);
    expect(types.remarks).to.have.length(1);
    expect(types.remarks[0]).to.match(
      /^the cached types of build ID abab\w+ are not used: the dump differs from them at 0xffffffff8200/,
    );
    expect(typesIn(memoryOf(other.bytes), cache).remarks).to.deep.equal([]);
    const shorter = buildKernelBtf({ ...spec, structs: structs(4999, 16) });
    cache.store(buildId, 'types', shorter.bytes);
    expect(typesIn(memoryOf(), cache).remarks[0]).to.include('damaged, or of another kernel');
  });

  it('stand in for pages that the dump lost, where enough are left to compare', () => {
    const cache = filled();
    const memory = memoryOf();
    memory.exclude(0x3000);
    memory.exclude(0x5000);
    expect(typesIn(memory, cache).struct('type_1999')?.sizeInBytes).to.equal(16);
    const first = memoryOf();
    first.exclude(0x1000);
    expect(() => typesIn(first, cache)).to.throw('excluded');
    const most = memoryOf();
    for (let page = 2; page < 30; page++) {
      most.exclude(page * 0x1000);
    }
    const part = typesIn(most, cache);
    expect(part.struct('type_1999')).to.equal(undefined);
    expect(part.remarks.join()).to.include('BTF is read only in part: 28 of');
  });

  it('are never wrong, whatever the cache returns', () => {
    const content = filled().load(buildId, 'types') ?? expect.fail();
    const change = fc.tuple(fc.nat(content.length - 1), fc.integer({ min: 1, max: 255 }));
    const returned = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.nat(content.length - 1).map((length) => content.subarray(0, length)),
      fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
        const changed = content.slice();
        for (const [at, by] of changes) {
          changed[at] = (changed[at] ?? 0) ^ by;
        }
        return changed;
      }),
    );
    fc.assert(
      fc.property(returned, (bytes) => {
        const cache = new MapKernelCache();
        cache.store(buildId, 'types', bytes);
        const types = typesIn(memoryOf(), cache);
        expect(types.struct('type_5')?.sizeInBytes).to.equal(16);
        // Changes that undo each other leave it as it was.
        const isSame = bytes.length === content.length && bytes.every((b, at) => b === content[at]);
        expect(types.remarks.length).to.equal(isSame ? 0 : 1);
      }),
      { numRuns: 30 },
    );
  });
});
