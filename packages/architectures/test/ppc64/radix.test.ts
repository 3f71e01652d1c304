import { ppc64 } from '@vmcorekit/architectures';
import { type TranslationRoot, tryRead } from '@vmcorekit/core';
import { propertyRuns, RadixTableBuilder, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { refusal } from '../refusal.ts';
import { mmuOf, rootsFound } from '../root-at.ts';
import { walksOfTheManual } from './known-walks.ts';
import { naiveWalk } from './naive-walk.ts';

const mmu = mmuOf(ppc64);
const [window] = mmu.windows ?? [];
const top = 0x1_0000;
const kernelStart = 0xc000_0000_0000_0000n;
const mebibyte = 0x10_0000;
const levelOf = { '4K': 1, '64K': 1, '2M': 2, '1G': 3 } as const;

function rootOf(half: 'kernel' | 'user' = 'kernel', at: number = top): TranslationRoot {
  const root = mmu.rootsAt(at)[half === 'kernel' ? 0 : 1];
  if (root === undefined) {
    throw new Error('ppc64 has two roots at a table');
  }
  return root;
}

/** Little-endian, as QEMU 10 writes it; radix entries are big-endian all the same. */
function memoryOf(sizeInBytes: number = mebibyte): SparseMemory {
  return new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
}

function tablesIn(memory: SparseMemory, lowestIndexBits: 9 | 5 = 9): RadixTableBuilder {
  return new RadixTableBuilder(memory, { root: top, tablesFrom: 0x4_0000, lowestIndexBits });
}

describe("ppc64's radix tables", () => {
  for (const [page, half, address, indices, value, expected] of walksOfTheManual) {
    it(`walk as the manual does: ${page} at 0x${address.toString(16)}`, () => {
      const memory = memoryOf();
      const tables = tablesIn(memory, page === '64K' ? 5 : 9);
      tables.setEntry(address, levelOf[page], value);
      const found = mmu.translate(memory, rootOf(half), address);
      expect(found.physicalAddress).to.equal(expected);
      expect([found.isWritable, found.isExecutable, found.isUser]).to.deep.equal([
        (value & 2n) !== 0n,
        (value & 1n) !== 0n,
        (value & 8n) === 0n,
      ]);
      const tablesMet = [top, ...found.entries.map(({ leadsTo }) => leadsTo)];
      expect(
        found.entries.map(({ at }, depth) => (at - (tablesMet[depth] ?? 0)) / 8),
      ).to.deep.equal(indices);
    });
  }

  it('agree with a model that reads bit by bit, also for damaged entries', () => {
    const address = fc.tuple(
      fc.constantFrom(kernelStart, 0n, 0xc010_0000_0000_0000n),
      fc.constantFrom(0n, 1n << 39n),
      fc.bigInt({ min: 0n, max: 0x4fff_ffffn }),
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.integer({ min: 1, max: 4 }),
            address,
            fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
          ),
          {
            maxLength: 6,
          },
        ),
        fc.array(address, { minLength: 1, maxLength: 8 }),
        (damage, looked) => {
          const memory = memoryOf();
          const tables = tablesIn(memory);
          tables.map({ virtualAddress: kernelStart, physicalAddress: 0, lengthInBytes: 0x3000 });
          tables.map({
            virtualAddress: kernelStart + 0x20_0000n,
            physicalAddress: 0x20_0000,
            lengthInBytes: 0x40_0000,
            level: 2,
          });
          tables.map({
            virtualAddress: kernelStart + 0x4000_0000n,
            physicalAddress: 0x4000_0000,
            lengthInBytes: 0x4000_0000,
            level: 3,
          });
          for (const [level, [start, high, low], value] of damage) {
            const at = tryRead(() => tables.entryAt(start + high + low, level));
            if (at !== undefined && at + 8 <= mebibyte) {
              const bytes = new Uint8Array(8);
              new DataView(bytes.buffer).setBigUint64(0, value | (1n << 63n));
              memory.write(at, bytes);
            }
          }
          for (const [start, high, low] of looked) {
            for (const half of ['kernel', 'user'] as const) {
              const virtual = start + high + low;
              const found = tryRead(() => mmu.translate(memory, rootOf(half), virtual));
              const model = naiveWalk(memory, top, half, virtual);
              expect(found && BigInt(found.physicalAddress)).to.equal(model);
            }
          }
        },
      ),
      { numRuns: propertyRuns(30) },
    );
  });

  it('list runs as a walk sees them, with the rights of each', () => {
    const memory = memoryOf();
    const tables = tablesIn(memory);
    const map = (from: number, sizeInBytes: number, rights: object): void =>
      tables.map({
        virtualAddress: kernelStart + BigInt(from),
        physicalAddress: from,
        lengthInBytes: sizeInBytes,
        level: 2,
        ...rights,
      });
    map(0, 0x40_0000, { isExecutable: true });
    map(0x40_0000, 0x20_0000, { isWritable: true });
    map(0x80_0000, 0x20_0000, { isWritable: true });
    const runs = [...mmu.mappedRuns(memory, rootOf(), kernelStart, kernelStart + 0x100_0000n)];
    expect(
      runs.map((run) => [run.physicalAddress, run.lengthInBytes, run.isWritable, run.isExecutable]),
    ).to.deep.equal([
      [0, 0x40_0000, false, true],
      [0x40_0000, 0x20_0000, true, false],
      [0x80_0000, 0x20_0000, true, false],
    ]);
    for (const run of runs) {
      const { physicalAddress } = mmu.translate(memory, rootOf(), run.virtualAddress);
      expect(physicalAddress).to.equal(run.physicalAddress);
    }
    expect([...mmu.mappedRuns(memory, rootOf(), kernelStart, kernelStart + 1n, 0)]).to.deep.equal(
      [],
    );
  });

  it('end where an entry is none: empty, reserved, too deep, beyond the machine', () => {
    const valid = 1n << 63n;
    for (const value of [
      0n,
      valid | 0x5_0000n | 4n,
      valid | 0x5_0000n | 17n,
      valid | (1n << 54n) | 9n,
    ]) {
      const memory = memoryOf();
      tablesIn(memory).setEntry(kernelStart, 4, value);
      expect(refusal(() => mmu.translate(memory, rootOf(), kernelStart))).to.equal('not-mapped');
      expect([
        ...mmu.mappedRuns(memory, rootOf(), kernelStart, kernelStart + 0x1000n),
      ]).to.have.length(0);
    }
    const memory = memoryOf();
    for (const address of [kernelStart - 1n, 0xc010_0000_0000_0000n, 0n]) {
      expect(refusal(() => mmu.translate(memory, rootOf(), address))).to.equal('not-mapped');
    }
    const [foreign] = [{ ...rootOf(), key: 'foreign' }];
    expect(refusal(() => mmu.translate(memory, foreign, kernelStart))).to.equal('contract');
  });

  it('are bounded where every entry leads to the table itself', () => {
    const memory = memoryOf();
    const bytes = new Uint8Array(0x1_0000);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length; at += 8) {
      view.setBigUint64(at, (1n << 63n) | BigInt(top) | 13n);
    }
    memory.write(top, bytes);
    const before = memory.pagesRead;
    const runs = [...mmu.mappedRuns(memory, rootOf(), kernelStart, 0xc008_0000_0000_0000n)];
    expect(runs).to.deep.equal([]);
    expect(memory.pagesRead - before).to.be.below(2 ** 17);
    expect([...(mmu.tablePages?.(memory, [rootOf()], 100) ?? [])].length).to.be.below(200);
  });
});

describe("ppc64's roots", () => {
  const processTable = 0x2_0000;

  function memoryWith(word: bigint, isSelfMapped: boolean): SparseMemory {
    const memory = memoryOf(4 * mebibyte);
    const tables = tablesIn(memory);
    tables.map({
      virtualAddress: kernelStart,
      physicalAddress: isSelfMapped ? 0 : 0x20_0000,
      lengthInBytes: 0x20_0000,
      level: 2,
    });
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, word);
    memory.write(processTable, bytes);
    return memory;
  }

  function found(memory: SparseMemory): (number | null)[] {
    const kernelWindow = { start: kernelStart, end: 0xc008_0000_0000_0000n };
    return rootsFound(ppc64, memory, kernelWindow).map(({ tableAddress }) => tableAddress);
  }

  // The first word of a real guest's process table is 40000000027400ad, its root 2740000.
  const word = 0x4000_0000_0000_00adn | BigInt(top);

  it('are found by the process table, and map themselves', () => {
    expect(found(memoryWith(word, true))).to.deep.equal([top]);
    expect(found(memoryWith(word, false))).to.deep.equal([]);
  });

  it('have the size that Linux gives them', () => {
    for (const other of [word & ~1n, word & ~0x20n, word | (1n << 63n), word & ~(1n << 62n)]) {
      expect(found(memoryWith(other, true))).to.deep.equal([]);
    }
  });

  it('map memory linearly; so does the window', () => {
    const all = [true, false].map((isSelfMapped) =>
      mmu.mapsLinearly?.(memoryWith(word, isSelfMapped), rootOf()),
    );
    expect(all).to.deep.equal([true, false]);
    expect(window && mmu.mapsLinearly?.(memoryOf(), window)).to.equal(true);
  });
});

describe("ppc64's linear window", () => {
  const memory = new SparseMemory({
    ranges: [
      { start: 0, end: 0x1000 },
      { start: 0x4000, end: 0x8000 },
    ],
  });

  it('leads to the memory that the machine has, and nowhere else', () => {
    if (window === undefined) {
      throw new Error('ppc64 has a window');
    }
    expect(mmu.translate(memory, window, kernelStart + 0x4123n)).to.deep.include({
      physicalAddress: 0x4123,
      entries: [],
    });
    for (const address of [kernelStart + 0x1000n, kernelStart + 0x8000n, 0n, 0x4000n]) {
      expect(refusal(() => mmu.translate(memory, window, address))).to.equal('not-mapped');
    }
    const runs = [...mmu.mappedRuns(memory, window, kernelStart + 0x800n, kernelStart + 0x5000n)];
    expect(runs.map((run) => [run.physicalAddress, run.lengthInBytes])).to.deep.equal([
      [0x800, 0x800],
      [0x4000, 0x1000],
    ]);
  });
});
