import { arm64 } from '@vmcorekit/architectures';
import { type MappedRun, tryRead } from '@vmcorekit/core';
import { Arm64TableBuilder, type SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { mmuOf } from '../root-at.ts';
import { naiveWalk } from './naive-walk.ts';
import { arm64RootAt, halfStart, kinds, mebibyte, memoryOf, type RootKind } from './roots.ts';

const mmu = mmuOf(arm64);
const top = 0x1_0000;
const end = 2n ** 64n;

function tablesOf(memory: SparseMemory, { granule, bits }: RootKind): Arm64TableBuilder {
  return new Arm64TableBuilder(memory, {
    granuleInBytes: (granule * 1024) as 0x1000,
    addressBits: bits,
    root: top,
    tablesFrom: 0x3_0000,
  });
}

function runsOf(memory: SparseMemory, kind: RootKind, limit?: number): MappedRun[] {
  return [...mmu.mappedRuns(memory, arm64RootAt(top, kind), halfStart(kind.bits), end, limit)];
}

/** Entries at random: tables that lead to tables, to themselves and nowhere, with any bits. */
const entries = fc.array(
  fc.record({
    table: fc.integer({ min: 0, max: 3 }),
    index: fc.constantFrom(0, 1, 2, 15, 31, 255, 256, 511),
    target: fc.integer({ min: 0, max: 6 }),
    kind: fc.constantFrom(0n, 1n, 2n, 3n, 3n, 3n),
    bits: fc.constantFrom(
      0n,
      0x400n,
      0x480n,
      0x440n,
      0x300n,
      0xf000n,
      0x0003_0000_0000_0000n,
      1n << 53n,
      1n << 54n,
      1n << 59n,
      1n << 62n,
      0x0fff_0000_0000_0f00n,
    ),
  }),
  { maxLength: 40 },
);

function memoryWith(
  given: typeof entries extends fc.Arbitrary<infer Entries> ? Entries : never,
): SparseMemory {
  const memory = memoryOf(8 * 0x1_0000);
  for (const { table, index, target, kind, bits } of given) {
    const value = BigInt(top + target * 0x1_0000) | kind | bits;
    memory.writeUint64(top + table * 0x1_0000 + index * 8, value);
  }
  return memory;
}

describe('arm64 mapped runs', () => {
  for (const kind of kinds) {
    it(`merges pages and blocks of one right: ${kind.granule} KiB, ${kind.bits} bits`, () => {
      const memory = memoryOf(8 * mebibyte);
      const tables = tablesOf(memory, kind);
      const page = kind.granule * 1024;
      const block = page * (page / 8);
      const start = halfStart(kind.bits) + BigInt(block);
      tables.map({
        virtualAddress: start,
        physicalAddress: 2 * block,
        lengthInBytes: block,
        level: 2,
        isExecutable: true,
      });
      tables.map({
        virtualAddress: start + BigInt(block),
        physicalAddress: 3 * block,
        lengthInBytes: 2 * page,
        isExecutable: true,
      });
      tables.map({
        virtualAddress: start + BigInt(block + 2 * page),
        physicalAddress: 3 * block + 2 * page,
        lengthInBytes: page,
        isWritable: true,
      });
      expect(runsOf(memory, kind)).to.deep.equal([
        {
          virtualAddress: start,
          physicalAddress: 2 * block,
          lengthInBytes: block + 2 * page,
          isWritable: false,
          isExecutable: true,
        },
        {
          virtualAddress: start + BigInt(block + 2 * page),
          physicalAddress: 3 * block + 2 * page,
          lengthInBytes: page,
          isWritable: true,
          isExecutable: false,
        },
      ]);
    });
  }

  it('takes pages that differ only in their access flag for one run', () => {
    const memory = memoryOf(mebibyte);
    const tables = tablesOf(memory, { granule: 4, bits: 48 });
    const at = 0xffff_8000_0000_0000n;
    tables.map({ virtualAddress: at, physicalAddress: 0x5000, lengthInBytes: 0x3000 });
    const entryAt = tables.entryAt(at + 0x1000n, 1);
    memory.writeUint64(entryAt, memory.readUint64(entryAt) & ~0x400n);
    const runs = runsOf(memory, { granule: 4, bits: 48 });
    expect(runs.map(({ lengthInBytes }) => lengthInBytes)).to.deep.equal([0x3000]);
  });

  it('cuts runs to the range asked for', () => {
    const memory = memoryOf(mebibyte);
    const kind = { granule: 4, bits: 48 } as const;
    const start = 0xffff_8000_0000_0000n;
    tablesOf(memory, kind).map({
      virtualAddress: start,
      physicalAddress: 0,
      lengthInBytes: 0x40_0000,
      level: 2,
    });
    const root = arm64RootAt(top, kind);
    const [run] = [...mmu.mappedRuns(memory, root, start + 0x10_0000n, start + 0x30_0000n)];
    expect([run?.virtualAddress, run?.physicalAddress, run?.lengthInBytes]).to.deep.equal([
      start + 0x10_0000n,
      0x10_0000,
      0x20_0000,
    ]);
  });

  it('leaves out tables that cannot be read, and ends at the limit', () => {
    const memory = memoryOf(mebibyte);
    const kind = { granule: 4, bits: 48 } as const;
    const tables = tablesOf(memory, kind);
    const start = 0xffff_8000_0000_0000n;
    for (let each = 0n; each < 4n; each++) {
      const virtualAddress = start + each * 0x20_0000n;
      tables.map({ virtualAddress, physicalAddress: 0x5000, lengthInBytes: 0x1000 });
    }
    memory.exclude(tables.entryAt(start, 1));
    expect(runsOf(memory, kind)).to.have.lengthOf(3);
    expect(runsOf(memory, kind, 2)).to.have.lengthOf(2);
  });

  it('ends where every entry of a table points to the table itself', () => {
    for (const kind of kinds) {
      const memory = memoryOf(mebibyte);
      for (let at = top; at < top + 0x1_0000; at += 8) {
        memory.writeUint64(at, BigInt(top) | 0x403n);
      }
      let lastEnd = 0n;
      for (const run of runsOf(memory, kind, 1000)) {
        expect(run.virtualAddress >= lastEnd).to.equal(true);
        lastEnd = run.virtualAddress + BigInt(run.lengthInBytes);
      }
      expect(lastEnd > 0n).to.equal(true);
    }
  });

  it('maps what the naive walk maps, whatever the entries hold', () => {
    fc.assert(
      fc.property(entries, fc.constantFrom(...kinds), (given, kind) => {
        const memory = memoryWith(given);
        const root = arm64RootAt(top, kind);
        for (const run of runsOf(memory, kind, 30)) {
          for (const address of [
            run.virtualAddress,
            run.virtualAddress + BigInt(run.lengthInBytes) - 1n,
          ]) {
            const translation = mmu.translate(memory, root, address);
            const inRun = Number(address - run.virtualAddress);
            expect(translation.physicalAddress).to.equal(run.physicalAddress + inRun);
            expect(translation.isWritable).to.equal(run.isWritable);
            expect(translation.isExecutable).to.equal(run.isExecutable);
          }
        }
      }),
    );
  });

  it('translates any address as the naive walk does', () => {
    fc.assert(
      fc.property(
        entries,
        fc.constantFrom(...kinds),
        fc.array(fc.constantFrom(0n, 1n, 2n, 15n, 31n, 255n, 256n, 511n), {
          minLength: 5,
          maxLength: 5,
        }),
        fc.bigInt({ min: 0n, max: 0xffffn }),
        (given, kind, indices, offset) => {
          const memory = memoryWith(given);
          const indexBits = { 4: 9n, 16: 11n, 64: 13n }[kind.granule];
          const low = indices.reduce<bigint>((value, index) => (value << indexBits) | index, 0n);
          const pageBits = { 4: 12n, 16: 14n, 64: 16n }[kind.granule];
          const inPage = offset % 2n ** pageBits;
          const address =
            halfStart(kind.bits) + (((low << pageBits) | inPage) % 2n ** BigInt(kind.bits));
          const translated = tryRead(
            () => mmu.translate(memory, arm64RootAt(top, kind), address).physicalAddress,
          );
          expect(translated).to.equal(
            ((naive) => (naive === undefined ? undefined : Number(naive)))(
              naiveWalk(memory, top, kind, address),
            ),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the pages of arm64 page tables', () => {
  it('are all 4 KiB pages of each table, the root first', () => {
    const memory = memoryOf(mebibyte);
    const kind = { granule: 16, bits: 47 } as const;
    tablesOf(memory, kind).map({
      virtualAddress: halfStart(47),
      physicalAddress: 0,
      lengthInBytes: 0x4000,
    });
    const pages = Array.from(
      mmu.tablePages?.(memory, [arm64RootAt(top, kind)], 100) ?? [],
      ({ physicalAddress, level }) => [physicalAddress, level],
    );
    expect(pages).to.deep.equal(
      [top, 0x3_0000, 0x3_4000].flatMap((table, depth) =>
        [0, 0x1000, 0x2000, 0x3000].map((part) => [table + part, 3 - depth]),
      ),
    );
  });

  it('are only one for a short top table; loops and limits end the walk', () => {
    const memory = memoryOf(mebibyte);
    memory.writeUint64(top, BigInt(top) | 3n);
    memory.writeUint64(top + 8, BigInt(0x3_0000) | 3n);
    const root = arm64RootAt(top, { granule: 4, bits: 52 });
    const all = [...(mmu.tablePages?.(memory, [root, root], 100) ?? [])];
    expect(all.map(({ physicalAddress }) => physicalAddress)).to.deep.equal([top, 0x3_0000]);
    expect([...(mmu.tablePages?.(memory, [root], 1) ?? [])]).to.have.lengthOf(1);
  });
});
