import { riscv64 } from '@vmcorekit/architectures';
import { type MappedRun, tryRead } from '@vmcorekit/core';
import { Riscv64TableBuilder, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { rightsOf } from '../refusal.ts';
import { mmuOf, rootAt } from '../root-at.ts';
import { naiveWalk } from './naive-walk.ts';

const mmu = mmuOf(riscv64);
const top = 0x1_0000;
const end = 2n ** 64n;
const kernel = 0xffff_ffff_8000_0000n;
const kinds = [3, 4, 5] as const;

function memoryOf(): SparseMemory {
  return new SparseMemory({ ranges: [{ start: 0, end: 0x10_0000 }] });
}

function runsOf(memory: SparseMemory, levels: number, limit?: number): MappedRun[] {
  return [...mmu.mappedRuns(memory, rootAt(riscv64, top, levels), 0n, end, limit)];
}

function placesOf(runs: readonly MappedRun[]): unknown[] {
  return runs.map((run) => [run.virtualAddress, run.physicalAddress, run.lengthInBytes]);
}

/** Entries at random: tables that lead to tables, to themselves and nowhere, with any bits. */
const entries = fc.array(
  fc.record({
    table: fc.integer({ min: 0, max: 3 }),
    index: fc.constantFrom(0, 1, 2, 15, 16, 255, 256, 510, 511),
    target: fc.constantFrom(0n, 1n, 2n, 3n, 8n, 0x18n, 0x200n, 0x4_0000n),
    kind: fc.constantFrom(0n, 1n, 1n, 1n, 3n, 7n, 9n, 0xbn, 0xdn, 0x17n),
    bits: fc.constantFrom(0n, 0n, 0n, 0xc0n, 0x20n, 0x300n, 1n << 54n, 1n << 61n, 1n << 63n),
  }),
  { maxLength: 40 },
);

function memoryWith(
  given: typeof entries extends fc.Arbitrary<infer Entries> ? Entries : never,
): SparseMemory {
  const memory = memoryOf();
  for (const { table, index, target, kind, bits } of given) {
    const number = target < 4n ? BigInt(top / 0x1000) + target : target;
    memory.writeUint64(top + table * 0x1000 + index * 8, (number << 10n) | kind | bits);
  }
  return memory;
}

describe('riscv64 mapped runs', () => {
  for (const levels of kinds) {
    it(`merge pages of all sizes and of one right: ${levels} levels`, () => {
      const memory = memoryOf();
      const tables = new Riscv64TableBuilder(memory, { levels, root: top, tablesFrom: 0x2_0000 });
      const code = { isExecutable: true };
      tables.map({
        virtualAddress: kernel,
        physicalAddress: 0x4000_0000,
        lengthInBytes: 0x4000_0000,
        level: 3,
        ...code,
      });
      tables.map({
        virtualAddress: kernel + 0x4000_0000n,
        physicalAddress: 0x8000_0000,
        lengthInBytes: 0x40_0000,
        level: 2,
        ...code,
      });
      tables.map({
        virtualAddress: kernel + 0x4040_0000n,
        physicalAddress: 0x8040_0000,
        lengthInBytes: 0x3000,
        ...code,
      });
      tables.map({
        virtualAddress: kernel + 0x4040_3000n,
        physicalAddress: 0x8040_3000,
        lengthInBytes: 0x1000,
        isWritable: true,
      });
      expect(runsOf(memory, levels)).to.deep.equal([
        {
          virtualAddress: kernel,
          physicalAddress: 0x4000_0000,
          lengthInBytes: 0x4040_3000,
          isWritable: false,
          isExecutable: true,
        },
        {
          virtualAddress: kernel + 0x4040_3000n,
          physicalAddress: 0x8040_3000,
          lengthInBytes: 0x1000,
          isWritable: true,
          isExecutable: false,
        },
      ]);
    });
  }

  it('have both halves of the address space, the lower first', () => {
    const memory = memoryOf();
    const tables = new Riscv64TableBuilder(memory, { levels: 4, root: top, tablesFrom: 0x2_0000 });
    for (const virtualAddress of [0x7fff_ffff_f000n, 0xffff_8000_0000_0000n]) {
      tables.map({ virtualAddress, physicalAddress: 0x5000, lengthInBytes: 0x1000 });
    }
    expect(placesOf(runsOf(memory, 4))).to.deep.equal([
      [0x7fff_ffff_f000n, 0x5000, 0x1000],
      [0xffff_8000_0000_0000n, 0x5000, 0x1000],
    ]);
  });

  it('take the sixteen entries of a page of 64 KiB for one', () => {
    const memory = memoryOf();
    const tables = new Riscv64TableBuilder(memory, { levels: 3, root: top, tablesFrom: 0x2_0000 });
    for (let page = 0n; page < 16n; page++) {
      const address = kernel + page * 0x1000n;
      tables.setEntry(address, 1, (0x8_0018n << 10n) | 3n | (1n << 63n));
    }
    const runs = placesOf(runsOf(memory, 3));
    expect(runs).to.deep.equal([[kernel, 0x8001_0000, 0x1_0000]]);
    const root = rootAt(riscv64, top, 3);
    expect(mmu.translate(memory, root, kernel + 0x5678n).physicalAddress).to.equal(0x8001_5678);
  });

  it('are cut to the range asked for', () => {
    const memory = memoryOf();
    new Riscv64TableBuilder(memory, { levels: 3, root: top, tablesFrom: 0x2_0000 }).map({
      virtualAddress: kernel,
      physicalAddress: 0,
      lengthInBytes: 0x40_0000,
      level: 2,
    });
    const root = rootAt(riscv64, top, 3);
    const runs = [...mmu.mappedRuns(memory, root, kernel + 0x10_0000n, kernel + 0x30_0000n)];
    expect(placesOf(runs)).to.deep.equal([[kernel + 0x10_0000n, 0x10_0000, 0x20_0000]]);
  });

  it('leave out tables that cannot be read, and end at the limit', () => {
    const memory = memoryOf();
    const tables = new Riscv64TableBuilder(memory, { levels: 3, root: top, tablesFrom: 0x2_0000 });
    for (let each = 0n; each < 4n; each++) {
      const virtualAddress = kernel + each * 0x20_0000n;
      tables.map({ virtualAddress, physicalAddress: 0x5000, lengthInBytes: 0x1000 });
    }
    memory.exclude(tables.entryAt(kernel, 1));
    expect(runsOf(memory, 3)).to.have.lengthOf(3);
    expect(runsOf(memory, 3, 2)).to.have.lengthOf(2);
  });

  it('end where every entry of a table points to the table itself', () => {
    for (const bits of [1n, 3n]) {
      const memory = memoryOf();
      for (let index = 0; index < 512; index++) {
        memory.writeUint64(top + index * 8, (BigInt(top / 0x1000) << 10n) | bits);
      }
      expect(runsOf(memory, 3, 1000).length).to.be.at.most(1000);
      const pages = [...(mmu.tablePages?.(memory, [rootAt(riscv64, top, 5)], 100) ?? [])];
      expect(pages).to.deep.equal([{ physicalAddress: top, level: 5 }]);
    }
  });

  it('read tables that map nothing once, however often entries lead to them', () => {
    const memory = memoryOf();
    for (let index = 0; index < 512; index++) {
      memory.writeUint64(top + index * 8, (BigInt(top / 0x1000) << 10n) | 1n);
    }
    let reads = 0;
    const readInto = memory.readInto.bind(memory);
    memory.readInto = (address, target) => {
      reads++;
      readInto(address, target);
    };
    expect(runsOf(memory, 5)).to.deep.equal([]);
    expect(reads).to.equal(5);
  });

  it('map what translation maps, whatever the entries hold', () => {
    fc.assert(
      fc.property(entries, fc.constantFrom(...kinds), (given, levels) => {
        const memory = memoryWith(given);
        const root = rootAt(riscv64, top, levels);
        let lastEnd = 0n;
        for (const run of runsOf(memory, levels, 30)) {
          expect(run.virtualAddress >= lastEnd).to.equal(true);
          lastEnd = run.virtualAddress + BigInt(run.lengthInBytes);
          for (const address of [run.virtualAddress, lastEnd - 1n]) {
            const { physicalAddress, ...rights } = mmu.translate(memory, root, address);
            const inRun = Number(address - run.virtualAddress);
            expect(physicalAddress).to.equal(run.physicalAddress + inRun);
            expect(rights.isWritable).to.equal(run.isWritable);
            expect(rights.isExecutable).to.equal(run.isExecutable);
          }
        }
      }),
    );
  });

  it('follow the manual’s algorithm at any address', () => {
    fc.assert(
      fc.property(
        entries,
        fc.constantFrom(...kinds),
        fc.array(fc.constantFrom(0n, 1n, 2n, 15n, 16n, 255n, 256n, 510n, 511n), {
          minLength: 5,
          maxLength: 5,
        }),
        fc.bigInt({ min: 0n, max: 0xfffn }),
        (given, levels, indices, offset) => {
          const memory = memoryWith(given);
          const number = indices.reduce<bigint>((value, index) => (value << 9n) | index, 0n);
          const bits = 12 + 9 * levels;
          const address = BigInt.asUintN(64, BigInt.asIntN(bits, (number << 12n) | offset));
          const root = rootAt(riscv64, top, levels);
          const translated = tryRead(() => mmu.translate(memory, root, address));
          const naive = naiveWalk(memory, top, levels, address);
          expect(translated?.physicalAddress).to.equal(naive && Number(naive.physicalAddress));
          expect(translated && rightsOf(translated)).to.equal(naive?.rights);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('list the pages of all tables, the root first', () => {
    const memory = memoryOf();
    new Riscv64TableBuilder(memory, { levels: 5, root: top, tablesFrom: 0x2_0000 }).map({
      virtualAddress: kernel,
      physicalAddress: 0x5000,
      lengthInBytes: 0x1000,
    });
    const pages = [...(mmu.tablePages?.(memory, [rootAt(riscv64, top, 5)], 100) ?? [])];
    expect(pages.map(({ physicalAddress, level }) => [physicalAddress, level])).to.deep.equal([
      [top, 5],
      [0x2_0000, 4],
      [0x2_1000, 3],
      [0x2_2000, 2],
      [0x2_3000, 1],
    ]);
  });
});
