import { i386, x8664 } from '@vmcorekit/architectures';
import { isVmcorekitError, type MappedRun } from '@vmcorekit/core';
import { linearRoot, PageTableBuilder, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { refusal } from './refusal.ts';
import { mmuOf, rootAt } from './root-at.ts';

const mmu = mmuOf(x8664);
const windowStart = 0xffffffff80000000n;
const windowEnd = 0xffffffffc0000000n;
const mebibyte = 0x10_0000;
const tableAt = 0x1000;
const roots = { 4: rootAt(x8664, tableAt, 4), 5: rootAt(x8664, tableAt, 5) } as const;

function memoryOf(sizeInBytes: number): SparseMemory {
  return new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
}

function tablesIn(
  memory: SparseMemory,
  levels: 4 | 5 = 4,
  encryptionMask?: bigint,
): PageTableBuilder {
  return new PageTableBuilder(memory, {
    levels,
    root: tableAt,
    tablesFrom: 0x10000,
    ...(encryptionMask === undefined ? {} : { encryptionMask }),
  });
}

/** What is returned, and the facts of an error that is thrown. */
function gapOrError(look: () => unknown): unknown {
  try {
    return look();
  } catch (error) {
    if (isVmcorekitError(error)) {
      return error.facts;
    }
    throw error;
  }
}

describe('x86-64 translation', () => {
  for (const levels of [4, 5] as const) {
    for (const [name, pageSizeInBytes] of [
      ['4 KiB', 0x1000],
      ['2 MiB', 0x20_0000],
      ['1 GiB', 0x4000_0000],
    ] as const) {
      it(`translates through a ${name} page at ${levels} levels, with the mapping's size and rights`, () => {
        const memory = memoryOf(64 * mebibyte);
        const tables = tablesIn(memory, levels);
        const mapping = {
          virtualAddress: 0xffff_9100_4000_0000n,
          physicalAddress: 0x8000_0000,
          lengthInBytes: pageSizeInBytes,
        };
        tables.map({ ...mapping, pageSizeInBytes, isWritable: true });

        const translation = mmu.translate(memory, roots[levels], mapping.virtualAddress + 0xabcn);

        expect(translation.physicalAddress).to.equal(0x8000_0abc);
        expect(translation.mappingSizeInBytes).to.equal(pageSizeInBytes);
        expect([
          translation.isWritable,
          translation.isExecutable,
          translation.isUser,
        ]).to.deep.equal([true, false, false]);
        expect(translation.entries[0]?.at).to.equal(tableAt + (levels === 4 ? 0x122 : 0x1ff) * 8);
      });
    }
  }

  it('takes rights away where any level does', () => {
    const memory = memoryOf(64 * mebibyte);
    const tables = tablesIn(memory);
    tables.map({
      virtualAddress: windowStart,
      physicalAddress: 0x5000,
      lengthInBytes: 0x1000,
      isWritable: true,
      isExecutable: true,
    });
    const before = mmu.translate(memory, roots[4], windowStart);
    const second = before.entries[1];
    memory.writeUint64(second?.at ?? 0, ((second?.value ?? 0n) & ~2n) | (1n << 63n));

    const after = mmu.translate(memory, roots[4], windowStart);

    expect([before.isWritable, before.isExecutable]).to.deep.equal([true, true]);
    expect([after.isWritable, after.isExecutable]).to.deep.equal([false, false]);
  });

  it('takes the PAT bit of a large page for no address bit', () => {
    const memory = memoryOf(64 * mebibyte);
    const tables = tablesIn(memory);
    tables.setEntry(windowStart, 2, 0x0020_0000n | 0x1000n | 0x80n | 1n);

    expect(mmu.translate(memory, roots[4], windowStart).physicalAddress).to.equal(0x20_0000);
  });

  it('refuses addresses that are not canonical with the levels there are', () => {
    const memory = memoryOf(mebibyte);
    for (const [levels, address] of [
      [4, 0x0000_8000_0000_0000n],
      [4, 0xffff_7fff_ffff_ffffn],
      [4, 0xff11_0000_0000_0000n],
      [5, 0x0100_0000_0000_0000n],
    ] as const) {
      expect(refusal(() => mmu.translate(memory, roots[levels], address))).to.equal('not-mapped');
    }
  });

  it('says which entry is missing', () => {
    const memory = memoryOf(mebibyte);
    try {
      mmu.translate(memory, roots[4], windowStart);
      expect.fail('a missing entry was translated');
    } catch (error) {
      expect(isVmcorekitError(error, 'not-mapped') && error.facts.entryAt).to.equal(
        tableAt + 511 * 8,
      );
    }
  });

  it('says that an entry which is not present may be one of swapped-out memory', () => {
    const memory = memoryOf(mebibyte);
    const look = () => mmu.translate(memory, roots[4], windowStart);
    expect(look).to.throw(/its level 4 entry is not present \(entry/);
    memory.writeUint64(tableAt + 511 * 8, 0xfff0_0000_0000_0200n);
    expect(look).to.throw(/not present, but holds 0xfff0000000000200: the page may be swapped out/);
  });

  it('refuses the large bit where no large page can be', () => {
    const memory = memoryOf(mebibyte);
    memory.writeUint64(tableAt + 511 * 8, 0x2081n);
    expect(refusal(() => mmu.translate(memory, roots[4], windowStart))).to.equal('not-mapped');
  });

  it('passes on that a table is excluded', () => {
    const memory = memoryOf(mebibyte);
    tablesIn(memory).map({
      virtualAddress: windowStart,
      physicalAddress: 0x5000,
      lengthInBytes: 0x1000,
    });
    memory.exclude(0x10000);
    expect(refusal(() => mmu.translate(memory, roots[4], windowStart))).to.equal('page-unreadable');
  });

  for (const bit of [47n, 51n]) {
    it(`clears memory encryption's bit ${bit} from every entry`, () => {
      const memory = memoryOf(mebibyte);
      const tables = tablesIn(memory, 4, 1n << bit);
      tables.map({ virtualAddress: windowStart, physicalAddress: 0x5000, lengthInBytes: 0x1000 });
      expect(mmu.translate(memory, roots[4], windowStart).physicalAddress).to.equal(0x5000);
    });
  }

  it('keeps bit 47 of an address where the machine has that much memory', () => {
    const far = 2 ** 47;
    const memory = new SparseMemory({
      ranges: [
        { start: 0, end: mebibyte },
        { start: far, end: far + mebibyte },
      ],
    });
    tablesIn(memory).map({
      virtualAddress: windowStart,
      physicalAddress: far,
      lengthInBytes: 0x1000,
    });
    expect(mmu.translate(memory, roots[4], windowStart).physicalAddress).to.equal(far);
  });

  it('refuses the roots of other processors: other numbers of levels, or no tables', () => {
    for (const root of [rootAt(i386, tableAt, 3), linearRoot]) {
      expect(
        refusal(() => mmu.translate(memoryOf(mebibyte), root, windowStart)),
        root.summary,
      ).to.equal('contract');
    }
  });
});

describe('x86-64 mapped runs', () => {
  const runsOf = (
    memory: SparseMemory,
    levels: 4 | 5 = 4,
    from: bigint = windowStart,
    to: bigint = windowEnd,
  ): MappedRun[] => [...mmu.mappedRuns(memory, roots[levels], from, to)];

  for (const levels of [4, 5] as const) {
    it(`merges neighbours of one right across page sizes at ${levels} levels`, () => {
      const memory = memoryOf(64 * mebibyte);
      const tables = tablesIn(memory, levels);
      const text = {
        virtualAddress: 0xffff_ffff_8100_0000n,
        physicalAddress: 0x100_0000,
        isExecutable: true,
      };
      tables.map({ ...text, lengthInBytes: 0x40_0000, pageSizeInBytes: 0x20_0000 });
      tables.map({
        virtualAddress: 0xffff_ffff_8140_0000n,
        physicalAddress: 0x140_0000,
        lengthInBytes: 0x3000,
        isExecutable: true,
      });
      tables.map({
        virtualAddress: 0xffff_ffff_8140_3000n,
        physicalAddress: 0x140_3000,
        lengthInBytes: 0x1000,
        isWritable: true,
      });

      const runs = runsOf(memory, levels);

      expect(
        runs.map((run) => [run.virtualAddress, run.physicalAddress, run.lengthInBytes]),
      ).to.deep.equal([
        [0xffff_ffff_8100_0000n, 0x100_0000, 0x40_3000],
        [0xffff_ffff_8140_3000n, 0x140_3000, 0x1000],
      ]);
      expect(runs.map((run) => [run.isExecutable, run.isWritable])).to.deep.equal([
        [true, false],
        [false, true],
      ]);
    });
  }

  it('takes no jump back by 4 GiB for a continuation', () => {
    const memory = memoryOf(64 * mebibyte);
    const tables = tablesIn(memory);
    tables.map({
      virtualAddress: windowStart,
      physicalAddress: 0xffff_f000,
      lengthInBytes: 0x1000,
    });
    tables.map({
      virtualAddress: windowStart + 0x1000n,
      physicalAddress: 0,
      lengthInBytes: 0x1000,
    });
    tables.map({
      virtualAddress: windowStart + 0x2000n,
      physicalAddress: 0xffff_f000,
      lengthInBytes: 0x2000,
    });
    expect(runsOf(memory).map((run) => [run.physicalAddress, run.lengthInBytes])).to.deep.equal([
      [0xffff_f000, 0x1000],
      [0, 0x1000],
      [0xffff_f000, 0x2000],
    ]);
  });

  it('takes pages that differ only in what was accessed for one run', () => {
    const memory = memoryOf(64 * mebibyte);
    const tables = tablesIn(memory);
    tables.map({ virtualAddress: windowStart, physicalAddress: 0x5000, lengthInBytes: 0x3000 });
    tables.setEntry(windowStart + 0x1000n, 1, 0x6000n | 0x161n | (1n << 63n));
    expect(runsOf(memory).map((run) => run.lengthInBytes)).to.deep.equal([0x3000]);
  });

  it('cuts runs to the range asked for', () => {
    const memory = memoryOf(64 * mebibyte);
    tablesIn(memory).map({
      virtualAddress: windowStart,
      physicalAddress: 0,
      lengthInBytes: 0x40_0000,
      pageSizeInBytes: 0x20_0000,
    });
    expect(runsOf(memory, 4, windowStart + 0x10_0000n, windowStart + 0x30_0000n)).to.deep.equal([
      {
        virtualAddress: windowStart + 0x10_0000n,
        physicalAddress: 0x10_0000,
        lengthInBytes: 0x20_0000,
        isWritable: false,
        isExecutable: false,
      },
    ]);
  });

  it('passes over a table that cannot be read', () => {
    const memory = memoryOf(64 * mebibyte);
    const tables = tablesIn(memory);
    tables.map({ virtualAddress: windowStart, physicalAddress: 0x5000, lengthInBytes: 0x1000 });
    tables.map({
      virtualAddress: windowStart + 0x20_0000n,
      physicalAddress: 0x7000,
      lengthInBytes: 0x1000,
    });
    memory.exclude(mmu.translate(memory, roots[4], windowStart).entries[3]?.at ?? 0);

    expect(runsOf(memory).map((run) => run.physicalAddress)).to.deep.equal([0x7000]);
  });

  it('yields no more runs than the limit', () => {
    const memory = memoryOf(64 * mebibyte);
    const tables = tablesIn(memory);
    for (let page = 0; page < 20; page += 2) {
      tables.map({
        virtualAddress: windowStart + BigInt(page * 0x1000),
        physicalAddress: 0x5000,
        lengthInBytes: 0x1000,
      });
    }
    expect([...mmu.mappedRuns(memory, roots[4], windowStart, windowEnd, 3)]).to.have.lengthOf(3);
  });

  it('ends where a table points to itself', () => {
    const memory = memoryOf(mebibyte);
    for (let entry = 0; entry < 512; entry++) {
      memory.writeUint64(tableAt + entry * 8, BigInt(tableAt) | 0x67n);
    }
    let lastEnd = 0n;
    for (const run of mmu.mappedRuns(memory, roots[4], windowStart, windowEnd, 1000)) {
      expect(run.virtualAddress >= lastEnd).to.equal(true);
      lastEnd = run.virtualAddress + BigInt(run.lengthInBytes);
    }
    expect(lastEnd > 0n).to.equal(true);
  });

  it('finds with every walk what translation finds, whatever the entries hold', () => {
    const entry = fc.record({
      table: fc.integer({ min: 0, max: 7 }),
      index: fc.constantFrom(0, 1, 255, 256, 510, 511),
      target: fc.integer({ min: 0, max: 9 }),
      flags: fc.constantFrom(
        0n,
        1n,
        0x63n,
        0x67n,
        0x81n,
        0xe3n,
        1n << 63n,
        (1n << 63n) | 0x63n,
        (1n << 51n) | 0x63n,
      ),
    });
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 60 }),
        fc.constantFrom(4 as const, 5 as const),
        (entries, levels) => {
          const memory = memoryOf(8 * 0x1000 + tableAt);
          for (const { table, index, target, flags } of entries) {
            memory.writeUint64(
              tableAt + table * 0x1000 + index * 8,
              BigInt(tableAt + target * 0x1000) | flags,
            );
          }
          for (const run of mmu.mappedRuns(memory, roots[levels], windowStart, windowEnd, 50)) {
            const translation = mmu.translate(memory, roots[levels], run.virtualAddress);
            expect(translation.physicalAddress).to.equal(run.physicalAddress);
            expect(translation.isWritable).to.equal(run.isWritable);
            expect(translation.isExecutable).to.equal(run.isExecutable);
          }
          // An address in each of the entries that may be filled, and in neighbours of them.
          for (const address of [0n, 1n << 39n, 1n << 46n, windowStart, windowEnd, ~0xfffn]) {
            const at = BigInt.asUintN(64, address);
            expect(gapOrError(() => mmu.gapAt?.(memory, roots[levels], at))).to.deep.equal(
              gapOrError(() => void mmu.translate(memory, roots[levels], at)),
            );
          }
        },
      ),
    );
  });

  it('never throws anything but a typed error, whatever the tables hold', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 4096, maxLength: 4096 }),
        fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        fc.constantFrom(4 as const, 5 as const),
        (bytes, address, levels) => {
          const memory = memoryOf(mebibyte);
          memory.write(tableAt, bytes);
          expect(refusal(() => mmu.translate(memory, roots[levels], address))).to.be.oneOf([
            'nothing was thrown',
            'not-mapped',
            'page-unreadable',
          ]);
        },
      ),
    );
  });
});
