import type { TypeTable } from '@vmcorekit/core';
import { btfInMemory } from '@vmcorekit/linux';
import {
  type BuiltKernelBtf,
  buildKernelBtf,
  linearMemory,
  SparseMemory,
  symbolList,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const address = 0xffffffff82000000n;
const sizeInBytes = 0x100000;
const structs = Object.fromEntries(
  Array.from({ length: 5000 }, (_, index) => [
    `type_${(index * 7919) % 5000}`,
    { size: 16, members: { first: 0, [`own_${index % 50}`]: index % 16 } },
  ]),
);

function memoryOf({ bytes }: Pick<BuiltKernelBtf, 'bytes'>): SparseMemory {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  memory.write(0, bytes);
  return memory;
}

function typesIn(
  memory: SparseMemory,
  symbols: Readonly<Record<string, bigint>>,
  pages: readonly number[] = [],
): TypeTable {
  const run = { virtualAddress: address, physicalAddress: 0, lengthInBytes: sizeInBytes };
  const runs = [{ ...run, isWritable: false, isExecutable: false }];
  for (const page of pages) {
    memory.exclude(page * 0x1000);
  }
  return btfInMemory({ memory: linearMemory(memory, runs), symbols: symbolList(symbols), runs });
}

describe('types that the kernel has sorted by name', () => {
  const built = buildKernelBtf({ address, structs });

  it('are read where they are needed, and are the same', () => {
    const memory = memoryOf(built);
    const types = typesIn(memory, built.symbols);
    for (const name of ['type_0', 'type_4999', 'list_head', 'btf']) {
      expect(types.struct(name)?.sizeInBytes, name).to.equal(
        structs[name]?.size ?? (name === 'btf' ? 208 : 16),
      );
    }
    expect(
      types
        .struct('type_77')
        ?.members?.()
        .map((member) => member.name),
    ).to.deep.equal(Object.keys(structs.type_77?.members ?? {}));
    expect([types.struct('type_5000'), types.struct('a'), types.struct('~')]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    expect([types.type?.('unsigned char')?.sizeInBytes, types.remarks]).to.deep.equal([1, []]);
    const { pagesRead } = memory;
    const whole = memoryOf(built);
    typesIn(whole, { ...built.symbols, btf_vmlinux: address + 0x80n }).struct('type_0');
    expect(pagesRead).to.be.below(whole.pagesRead / 2);
  });

  it('are known where pages of others are lost, and a lost one is named', () => {
    const first = typesIn(memoryOf(built), built.symbols);
    expect(first.struct('type_0')?.sizeInBytes).to.equal(16);
    const lost = Array.from({ length: 5 }, (_, index) => 40 + index);
    const types = typesIn(memoryOf(built), built.symbols, lost);
    const found = Object.keys(structs).filter((name) => types.struct(name) !== undefined);
    expect(found.length).to.be.within(1000, 4900);
    for (const name of found.slice(0, 50)) {
      expect(types.struct(name)?.sizeInBytes, name).to.equal(16);
    }
    expect(types.remarks.length).to.be.within(1, 16);
    expect(types.remarks[0]).to.match(/^BTF is read only in part: .*excluded/);
  });

  it('are read whole where the kernel does not say that they are sorted', () => {
    const unsorted = buildKernelBtf({ address, structs, isSorted: false });
    const memory = memoryOf(unsorted);
    expect(typesIn(memory, unsorted.symbols).struct('type_0')?.sizeInBytes).to.equal(16);
    const { section, array } = unsorted.places;
    const pages = Math.ceil((array - section) / 4096);
    expect(memory.pagesRead).to.be.within(pages, pages + 24);
  });

  it('lose only what lies in a lost page, sorted or not', () => {
    const unsorted = buildKernelBtf({ address, structs, isSorted: false });
    const { section } = unsorted.places;
    const whole = typesIn(memoryOf(unsorted), unsorted.symbols);
    for (const page of [5, 30]) {
      const types = typesIn(memoryOf(unsorted), unsorted.symbols, [
        Math.floor(section / 4096) + page,
      ]);
      const names = Object.keys(structs);
      const found = names.filter((name) => types.struct(name) !== undefined);
      expect(found.length, String(page)).to.be.within(names.length / 2, names.length - 1);
      for (const name of found) {
        const offsetOf = (table: TypeTable) => table.struct(name)?.member('first')?.offsetInBytes;
        expect(offsetOf(types) ?? offsetOf(whole), name).to.equal(offsetOf(whole));
      }
      expect(types.remarks[0]).to.match(
        /^BTF is read only in part: 1 of \d+ pages cannot be read$/,
      );
    }
  });

  it('lose only what a page of zeros or a wrong length hides', () => {
    const unsorted = buildKernelBtf({ address, structs, isSorted: false });
    const { section, array } = unsorted.places;
    const names = Object.keys(structs);
    // No types at all were known: 'BTF type at 0x…: kind is 0x0, wanted not 0'.
    const zeroed = memoryOf(unsorted);
    zeroed.write((Math.floor(section / 4096) + 5) * 4096, new Uint8Array(4096));
    const flipped = memoryOf(unsorted);
    const record = Number(BigInt.asUintN(20, flipped.readUint64(array + 8 * 1000)));
    const info = flipped.read(record + 4, 1)[0] ?? 0;
    flipped.write(record + 4, Uint8Array.of(info ^ 0x40));
    for (const memory of [zeroed, flipped]) {
      const types = typesIn(memory, unsorted.symbols);
      const found = names.filter((name) => types.struct(name) !== undefined);
      expect(found.length).to.be.within(names.length / 2, names.length);
      expect(types.remarks[0]).to.match(/^BTF is read only in part: (?:1 of \d+ pages|a record)/);
    }
  });

  it('are read whole where struct btf is of another section, or damaged', () => {
    const places = [built.places.owner, built.places.owner + 8, built.places.owner + 72];
    for (const place of places) {
      const memory = memoryOf(built);
      memory.write(place, Uint8Array.of(1, 2, 3, 4));
      const types = typesIn(memory, built.symbols);
      expect(types.struct('type_0')?.sizeInBytes, String(place)).to.equal(16);
    }
  });

  const small = buildKernelBtf({
    address,
    structs: { able: { size: 8, members: { x: 3 } }, baker: { size: 4, members: { y: 1 } } },
  });

  it('are read whole where the last place leads into the middle of a record', () => {
    // All types were lost: 'BTF with types of the unknown kind 32'.
    const bytes = small.bytes.slice();
    bytes[4728] = 1;
    const types = typesIn(memoryOf({ bytes }), small.symbols);
    expect(types.struct('able')?.member('x')?.offsetInBytes).to.equal(3);
  });

  it('are unknown, and a remark says why, where a place leads to another record', () => {
    const bytes = built.bytes.slice();
    const { array } = built.places;
    const ids = Object.keys(structs).sort();
    const at = array + (ids.indexOf('type_77') + 5) * 8;
    bytes.copyWithin(at, at + 8, at + 16);
    const types = typesIn(memoryOf({ bytes }), built.symbols);
    expect([types.struct('type_77'), types.isPartial]).to.deep.equal([undefined, true]);
    expect(types.struct('type_79')?.sizeInBytes).to.equal(16);
    expect(types.remarks[0]).to.match(/^BTF is read only in part: .*type \d+ is/);
  });

  it('agree with the whole section, or are unknown, whatever is damaged', () => {
    const end = small.bytes.length;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(end - 1), fc.nat(255)), { maxLength: 6 }), (changes) => {
        const bytes = small.bytes.slice();
        for (const [at, value] of changes) {
          // The section itself stays, so that it says what is right.
          const isSection = at >= small.places.section && at < small.places.array;
          bytes[at] = isSection ? (bytes[at] ?? 0) : value;
        }
        const types = typesIn(memoryOf({ bytes }), small.symbols);
        const able = types.struct('able');
        if (able !== undefined) {
          expect([able.sizeInBytes, able.member('x')?.offsetInBytes]).to.deep.equal([8, 3]);
        }
      }),
      { numRuns: 100 },
    );
  });
});
