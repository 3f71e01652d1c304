import { arm64, riscv64, s390x, x8664 } from '@vmcorekit/architectures';
import {
  type Architecture,
  BufferSink,
  type Mmu,
  type TranslationRoot,
  VmcorekitError,
} from '@vmcorekit/core';
import {
  Arm64TableBuilder,
  PageTableBuilder,
  propertyRuns,
  Riscv64TableBuilder,
  S390xTableBuilder,
  SparseMemory,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { framesOf, openWith, page, scattered } from './scattered.ts';

/** Frames of the machine; the dump has all but the last few, in another order. */
const frameCount = 64;
const held = 60;
const places = { root: 0x4000, tablesFrom: 0x10000 };
const firstLeaf = 40;
const leafCount = 10;

interface Machine {
  readonly architecture: Architecture;
  readonly levels: number;
  readonly addressBits?: number;
  readonly start: bigint;
  /** Tables larger than a page, which a listing reads whole: one lost page of it loses all. */
  readonly hasWideTables?: true;
  /** Maps a page. */
  builder(memory: SparseMemory): (virtualAddress: bigint, frame: number) => void;
}

const machines: readonly Machine[] = [
  ...([4, 5] as const).map((levels) => ({
    architecture: x8664,
    levels,
    start: 0xffff_ffff_8100_0000n,
    builder: (memory: SparseMemory) => {
      const tables = new PageTableBuilder(memory, { ...places, levels });
      return (virtualAddress: bigint, frame: number) =>
        tables.map({ virtualAddress, physicalAddress: frame * page, lengthInBytes: page });
    },
  })),
  {
    architecture: arm64,
    levels: 4,
    addressBits: 48,
    start: 0xffff_8000_1000_0000n,
    builder: (memory) => {
      const fields = { ...places, granuleInBytes: 0x1000, addressBits: 48 } as const;
      const tables = new Arm64TableBuilder(memory, fields);
      return (virtualAddress, frame) =>
        tables.map({ virtualAddress, physicalAddress: frame * page, lengthInBytes: page });
    },
  },
  {
    architecture: riscv64,
    levels: 3,
    start: 0xffff_ffff_8000_0000n,
    builder: (memory) => {
      const tables = new Riscv64TableBuilder(memory, { ...places, levels: 3 });
      return (virtualAddress, frame) =>
        tables.map({ virtualAddress, physicalAddress: frame * page, lengthInBytes: page });
    },
  },
  {
    architecture: s390x,
    levels: 3,
    hasWideTables: true,
    start: 0x1000_0000n,
    builder: (memory) => {
      const tables = new S390xTableBuilder(memory, { ...places, levels: 3 });
      return (virtualAddress, frame) =>
        tables.map({ virtualAddress, physicalAddress: frame * page, lengthInBytes: page });
    },
  },
];

/** Which leaf each virtual page maps to, and where each page of the dump has its frame. */
const scatterings = fc.record({
  frames: fc.shuffledSubarray(
    Array.from({ length: frameCount }, (_, index) => index),
    { minLength: held, maxLength: held },
  ),
  leaves: fc.array(fc.integer({ min: 0, max: leafCount - 1 }), { minLength: 1, maxLength: 12 }),
});

function rootLike(mmu: Mmu, address: number, { levels, addressBits }: Machine): TranslationRoot {
  const root = mmu
    .rootsAt(address)
    .find((each) => each.levels === levels && each.addressBits === addressBits);
  if (root === undefined) {
    throw new Error('no such root');
  }
  return root;
}

async function open(machine: Machine, frames: readonly number[], leaves: readonly number[]) {
  const memory = new SparseMemory({
    ranges: [{ start: 0, end: frameCount * page }],
    byteOrder: machine.architecture.byteOrder ?? 'little',
  });
  const map = machine.builder(memory);
  for (const [index, leaf] of leaves.entries()) {
    map(machine.start + BigInt(index * page), firstLeaf + leaf);
  }
  const opened = await openWith(machine.architecture, scattered(memory, frames), framesOf(frames));
  return { memory, ...opened };
}

function mmuOf({ mmu }: Architecture): Mmu {
  if (mmu === undefined) {
    throw new Error('no page tables');
  }
  return mmu;
}

/** What a walk gives; null where it leads out of the dump, or the page is not mapped. */
function outcome<Result>(walk: () => Result): Result | null {
  try {
    return walk();
  } catch (error) {
    if (error instanceof VmcorekitError && error.code === 'page-unreadable') {
      return null;
    }
    throw error;
  }
}

describe('walks of a dump whose page tables hold other frames', () => {
  for (const machine of machines) {
    const title = `${machine.architecture.name}, ${machine.levels} levels`;

    it(`lead to the page that has the frame: ${title}`, async () => {
      await fc.assert(
        fc.asyncProperty(scatterings, async ({ frames, leaves }) => {
          const { memory, dump } = await open(machine, frames, leaves);
          const mmu = mmuOf(dump.architecture ?? machine.architecture);
          const plain = mmuOf(machine.architecture);
          const rootPage = frames.indexOf(places.root / page);
          fc.pre(rootPage >= 0);
          const root = rootLike(mmu, rootPage * page, machine);
          const ofMachine = rootLike(plain, places.root, machine);
          for (const index of leaves.keys()) {
            const address = machine.start + BigInt(index * page) + 0x18n;
            const wanted = plain.translate(memory, ofMachine, address);
            const isHeld = [wanted.physicalAddress, ...wanted.entries.map(({ at }) => at)].every(
              (at) => frames.includes(Math.floor(at / page)),
            );
            const found = outcome(() => mmu.translate(dump.image.memory, root, address));
            expect(found?.physicalAddress ?? null).to.equal(
              isHeld ? frames.indexOf(firstLeaf + (leaves[index] ?? 0)) * page + 0x18 : null,
            );
            expect(
              found === null || found.entries[0]?.at === rootPage * page + inPage(wanted),
            ).to.equal(true);
          }
        }),
        { numRuns: propertyRuns(15) },
      );
    });

    it(`list what is mapped as runs of the dump's own pages: ${title}`, async () => {
      await fc.assert(
        fc.asyncProperty(scatterings, async ({ frames, leaves }) => {
          const { dump } = await open(machine, frames, leaves);
          const mmu = mmuOf(dump.architecture ?? machine.architecture);
          const rootPage = frames.indexOf(places.root / page);
          fc.pre(rootPage >= 0);
          const root = rootLike(mmu, rootPage * page, machine);
          const end = machine.start + BigInt(leaves.length * page);
          const pages = new Map<bigint, number>();
          let last = { virtual: 0n, physical: 0 };
          for (const run of mmu.mappedRuns(dump.image.memory, root, machine.start, end)) {
            expect(
              run.virtualAddress === last.virtual && run.physicalAddress === last.physical,
            ).to.equal(false);
            for (let done = 0; done < run.lengthInBytes; done += page) {
              pages.set(run.virtualAddress + BigInt(done), run.physicalAddress + done);
            }
            last = {
              virtual: run.virtualAddress + BigInt(run.lengthInBytes),
              physical: run.physicalAddress + run.lengthInBytes,
            };
          }
          for (const index of leaves.keys()) {
            const address = machine.start + BigInt(index * page);
            const found = outcome(() => mmu.translate(dump.image.memory, root, address));
            const listed = pages.get(address);
            if (machine.hasWideTables !== true || listed !== undefined) {
              expect(listed ?? null).to.equal(found?.physicalAddress ?? null);
            }
          }
        }),
        { numRuns: propertyRuns(10) },
      );
    });
  }

  const [x86] = machines;

  it("find roots and tables by the dump's own addresses, and CPUs' roots too", async () => {
    // Every page is moved up by one; the last frame is page 0.
    const frames = Array.from({ length: frameCount }, (_, index) => (index + 63) % frameCount);
    if (x86 === undefined) {
      throw new Error('no x86-64');
    }
    const { dump } = await open(x86, frames, [0, 1, 2]);
    const mmu = mmuOf(dump.architecture ?? x8664);
    const { memory } = dump.image;
    const window = { start: 0xffff_ffff_8000_0000n, end: 0xffff_ffff_c000_0000n };
    const found = [...(mmu.findRoots?.(memory, window) ?? [])].flatMap((step) =>
      'root' in step ? [step] : [],
    );
    expect(found.map(({ root, sharedTable }) => [root.tableAddress, sharedTable])).to.deep.equal([
      [places.root + page, places.tablesFrom + page],
    ]);
    const registers = new Map([
      ['cr0', 0x8005_0033n],
      ['cr3', BigInt(places.root)],
      ['cr4', 0x660n],
    ]);
    const root = mmu.rootOf(registers);
    expect(root?.tableAddress).to.equal(places.root + page);
    expect(
      root === undefined ? [] : [...(mmu.tablePages?.(memory, [root], 10) ?? [])],
    ).to.deep.equal(
      [places.root, places.tablesFrom, 0x11000, 0x12000].map((at, index) => ({
        physicalAddress: at + page,
        level: 4 - index,
      })),
    );
    const gap = root && mmu.gapAt?.(memory, root, x86.start + BigInt(5 * page));
    expect(gap?.entryAt).to.equal(0x12000 + page + 5 * 8);
  });

  it('are not mapped linearly to any judge, and have no windows', async () => {
    const { dump } = await openWith(
      x8664,
      new SparseMemory({ ranges: [{ start: 0, end: page }] }),
      framesOf([7]),
    );
    const mmu = mmuOf(dump.architecture ?? x8664);
    expect('mapsLinearly' in mmu || 'windows' in mmu).to.equal(false);
  });

  it('say of a page without a frame, and of a foreign frame, what is wrong', async () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 3 * page }] });
    const { dump } = await openWith(x8664, memory, framesOf([5, 6]));
    const mmu = mmuOf(dump.architecture ?? x8664);
    const [root] = mmu.rootsAt(2 * page);
    const [other] = mmu.rootsAt(page);
    const walk = (from: TranslationRoot | undefined) => () =>
      from && mmu.translate(dump.image.memory, from, 0xffff_ffff_8000_0000n);
    expect(walk(root)).to.throw(/its test frame is not known, so it can be no page table/);
    memory.writeUint64(page + 511 * 8, 0x9067n);
    expect(walk(other)).to.throw(/leads to test frame 0x9, which is no page of this memory/);
  });
});

describe('a dump whose page tables hold other frames', () => {
  it('is not written, because no format says so', async () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: page }] });
    const { dump, toolkit } = await openWith(x8664, memory, framesOf([7]));
    const written = await toolkit.write(dump.image, 'framed', new BufferSink()).then(
      () => null,
      (error: Error) => error.message,
    );
    expect(written).to.equal(
      'writing page tables that hold test frames, which other tools would misread: take another file',
    );
  });
});

function inPage({ entries }: { readonly entries: readonly { readonly at: number }[] }): number {
  return (entries[0]?.at ?? 0) % page;
}
