import { s390x } from '@vmcorekit/architectures';
import { type MappedRun, tryRead } from '@vmcorekit/core';
import { S390xTableBuilder, type SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { rightsOf } from '../refusal.ts';
import { mmuOf } from '../root-at.ts';
import { naiveWalk } from './naive-walk.ts';
import { memoryOf, rootOfAsce } from './roots.ts';

const mmu = mmuOf(s390x);
const top = 0x1_0000;
const end = 2n ** 64n;
const megabyte = 0x10_0000;

function tablesIn(memory: SparseMemory, levels: 2 | 3 | 4 | 5 = 3): S390xTableBuilder {
  return new S390xTableBuilder(memory, { levels, root: top, tablesFrom: 0x2_0000 });
}

function runsOf(memory: SparseMemory, asce: bigint, limit?: number): MappedRun[] {
  return [...mmu.mappedRuns(memory, rootOfAsce(asce), 0n, end, limit)];
}

function placesOf(runs: readonly MappedRun[]): unknown[] {
  return runs.map((run) => [run.virtualAddress, run.physicalAddress, run.lengthInBytes]);
}

const types = fc.constantFrom(0n, 1n, 2n, 3n);
const indices = [0, 1, 2, 255, 511, 512, 1024, 2047] as const;

/** Entries at random: tables that lead to tables, to themselves and nowhere, with any bits. */
const entries = fc.array(
  fc.record({
    table: fc.integer({ min: 0, max: 3 }),
    index: fc.constantFrom(...indices),
    target: fc.constantFrom(0n, 1n, 2n, 3n, 0x200n, 1n << 45n),
    type: types,
    bits: fc.constantFrom(
      3n,
      3n,
      3n,
      1n,
      0x20n,
      0x43n,
      0x203n,
      0x103n,
      0x400n,
      0x403n,
      0x603n,
      0x803n,
    ),
  }),
  { maxLength: 60 },
);

function memoryWith(
  given: typeof entries extends fc.Arbitrary<infer Entries> ? Entries : never,
): SparseMemory {
  const memory = memoryOf();
  for (const { table, index, target, type, bits } of given) {
    const address = target < 4n ? BigInt(top) + target * 0x4000n : target * 0x1000n;
    const at = top + table * 0x4000 + index * 8;
    memory.writeUint64(at, BigInt.asUintN(64, address) | (type << 2n) | bits);
  }
  return memory;
}

describe('s390x mapped runs', () => {
  for (const levels of [3, 4, 5] as const) {
    it(`merge pages of all sizes and of one right: ${levels} levels`, () => {
      const memory = memoryOf();
      const tables = tablesIn(memory, levels);
      const code = { isExecutable: true };
      const start = 0x8000_0000n;
      tables.map({
        virtualAddress: start,
        physicalAddress: 0x8000_0000,
        lengthInBytes: 0x8000_0000,
        level: 3,
        ...code,
      });
      tables.map({
        virtualAddress: start + 0x8000_0000n,
        physicalAddress: 0x1_0000_0000,
        lengthInBytes: 3 * megabyte,
        level: 2,
        ...code,
      });
      tables.map({
        virtualAddress: start + 0x8030_0000n,
        physicalAddress: 0x1_0030_0000,
        lengthInBytes: 0x3000,
        ...code,
      });
      tables.map({
        virtualAddress: start + 0x8030_3000n,
        physicalAddress: 0x1_0030_3000,
        lengthInBytes: 0x1000,
        isWritable: true,
      });
      expect(runsOf(memory, tables.asce)).to.deep.equal([
        {
          virtualAddress: start,
          physicalAddress: 0x8000_0000,
          lengthInBytes: 0x8030_3000,
          isWritable: false,
          isExecutable: true,
        },
        {
          virtualAddress: start + 0x8030_3000n,
          physicalAddress: 0x1_0030_3000,
          lengthInBytes: 0x1000,
          isWritable: true,
          isExecutable: false,
        },
      ]);
    });
  }

  it('do not cross entries that are invalid, or of another type', () => {
    for (const bits of [0x20n, 0x4n]) {
      const memory = memoryOf();
      const tables = tablesIn(memory, 2);
      const map = { virtualAddress: 0n, physicalAddress: 0, lengthInBytes: 3 * megabyte };
      tables.map({ ...map, level: 2 });
      const at = tables.entryAt(BigInt(megabyte), 2);
      memory.writeUint64(at, memory.readUint64(at) | bits);
      expect(placesOf(runsOf(memory, tables.asce))).to.deep.equal([
        [0n, 0, megabyte],
        [BigInt(2 * megabyte), 2 * megabyte, megabyte],
      ]);
    }
  });

  it('are cut to the range asked for', () => {
    const memory = memoryOf();
    const tables = tablesIn(memory, 2);
    tables.map({ virtualAddress: 0n, physicalAddress: 0, lengthInBytes: 4 * megabyte, level: 2 });
    const runs = [...mmu.mappedRuns(memory, rootOfAsce(tables.asce), 0x8_0000n, 0x18_0000n)];
    expect(placesOf(runs)).to.deep.equal([[0x8_0000n, 0x8_0000, megabyte]]);
  });

  it('leave out tables that cannot be read, and end at the limit', () => {
    const memory = memoryOf();
    const tables = tablesIn(memory);
    for (let each = 0n; each < 4n; each++) {
      const virtualAddress = each * BigInt(megabyte);
      tables.map({ virtualAddress, physicalAddress: 0x5000, lengthInBytes: 0x1000 });
    }
    memory.exclude(tables.entryAt(0n, 1));
    expect(runsOf(memory, tables.asce)).to.have.lengthOf(3);
    expect(runsOf(memory, tables.asce, 2)).to.have.lengthOf(2);
  });

  it('end where every entry of a table points to the table itself', () => {
    for (const type of [0n, 1n, 2n, 3n]) {
      const memory = memoryOf();
      for (let index = 0; index < 2048; index++) {
        memory.writeUint64(top + index * 8, BigInt(top) | (type << 2n) | 3n);
      }
      const asce = BigInt(top) | (type << 2n) | 3n;
      expect(runsOf(memory, asce, 1000).length).to.be.at.most(1000);
      const pages = [...(mmu.tablePages?.(memory, [rootOfAsce(asce)], 100) ?? [])];
      expect(new Set(pages.map(({ physicalAddress }) => physicalAddress)).size).to.equal(4);
    }
  });

  it('map what translation maps, whatever the entries hold', () => {
    fc.assert(
      fc.property(entries, types, (given, type) => {
        const memory = memoryWith(given);
        const asce = BigInt(top) | (type << 2n) | 3n;
        let lastEnd = 0n;
        for (const run of runsOf(memory, asce, 30)) {
          expect(run.virtualAddress >= lastEnd).to.equal(true);
          lastEnd = run.virtualAddress + BigInt(run.lengthInBytes);
          for (const address of [run.virtualAddress, lastEnd - 1n]) {
            const { physicalAddress, ...rights } = mmu.translate(memory, rootOfAsce(asce), address);
            const inRun = Number(address - run.virtualAddress);
            expect(physicalAddress).to.equal(run.physicalAddress + inRun);
            expect(rights.isWritable).to.equal(run.isWritable);
            expect(rights.isExecutable).to.equal(run.isExecutable);
          }
        }
      }),
    );
  });

  it('follow the manual’s steps at any address', () => {
    const places = fc.array(fc.constantFrom(...indices.map(BigInt)), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(
        entries,
        types,
        fc.constantFrom(0n, 1n, 3n),
        places,
        fc.bigInt({ min: 0n, max: 0xf_ffffn }),
        (given, type, length, parts, low) => {
          const memory = memoryWith(given);
          const number = parts.reduce<bigint>((value, index) => (value << 11n) | index, 0n);
          const bits = 20 + 11 * (Number(type) + 1);
          const address = BigInt.asUintN(Math.min(64, bits), (number << 20n) | low);
          const asce = BigInt(top) | (type << 2n) | length;
          const translated = tryRead(() => mmu.translate(memory, rootOfAsce(asce), address));
          const naive = naiveWalk(memory, asce, address);
          expect(translated?.physicalAddress).to.equal(naive && Number(naive.physicalAddress));
          expect(translated && rightsOf(translated)).to.equal(naive?.rights);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('list the pages of all tables, the root first, and only the parts in use', () => {
    const memory = memoryOf();
    const tables = tablesIn(memory);
    tables.map({ virtualAddress: 0n, physicalAddress: 0x5000, lengthInBytes: 0x1000 });
    const pagesBelow = (asce: bigint) =>
      Array.from(
        mmu.tablePages?.(memory, [rootOfAsce(asce)], 100) ?? [],
        ({ physicalAddress, level }) => [physicalAddress, level],
      );
    const below = [
      ...[0x2_0000, 0x2_1000, 0x2_2000, 0x2_3000].map((page) => [page, 2]),
      [0x2_4000, 1],
    ];
    const own = [top, top + 0x1000, top + 0x2000, top + 0x3000].map((page) => [page, 3]);
    expect(pagesBelow(tables.asce)).to.deep.equal([...own, ...below]);
    expect(pagesBelow(tables.asce & ~3n)).to.deep.equal([...own.slice(0, 1), ...below]);
  });
});
