import { arm } from '@vmcorekit/architectures';
import { type TranslationRoot, tryRead } from '@vmcorekit/core';
import { propertyRuns, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { refusal, rightsOf } from '../refusal.ts';
import { mmuOf, rootAt } from '../root-at.ts';
import { longWalks, shortWalks } from './known-walks.ts';
import { naiveShortWalk } from './naive-walk.ts';

const mmu = mmuOf(arm);
const top = 0x4000;
const second = 0x8000;
/** No memory is there. */
const lost = 0x10_0000;
const shortRoot = rootAt(arm, top, 2);
const longRoot = rootAt(arm, top, 3);
const endOfAddresses = 2n ** 32n;

function memoryOf(): SparseMemory {
  return new SparseMemory({ ranges: [{ start: 0, end: 0x4_0000 }] });
}

function writeWord(memory: SparseMemory, at: number, value: bigint | number): void {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, Number(value), true);
  memory.write(at, bytes);
}

describe("arm's short descriptors", () => {
  for (const [kind, address, [index, below], value, expected, rights] of shortWalks) {
    it(`walk as the manual does: ${kind} at 0x${address.toString(16)}`, () => {
      const memory = memoryOf();
      const at = top + (index ?? 0) * 4;
      if (below === undefined) {
        writeWord(memory, at, value);
      } else {
        writeWord(memory, at, second | 1);
        writeWord(memory, second + below * 4, value);
      }
      const found = mmu.translate(memory, shortRoot, address);
      expect(found.physicalAddress).to.equal(expected);
      expect(rightsOf(found)).to.equal(rights);
      const [run] = mmu.mappedRuns(memory, shortRoot, address, address + 1n);
      expect(run?.physicalAddress).to.equal(expected - (expected % 0x1000));
    });
  }

  it('agree with a model that reads bit by bit, whatever the entries are', () => {
    const word = fc.integer({ min: 0, max: 0xffff_ffff });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 15 }), word), { maxLength: 16 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), word), { maxLength: 16 }),
        fc.array(fc.integer({ min: 0, max: 0xff_ffff }), { minLength: 1, maxLength: 16 }),
        (firsts, seconds, addresses) => {
          const memory = memoryOf();
          for (const [index, value] of firsts) {
            writeWord(memory, top + index * 4, (value & 3) === 1 ? second | 1 : value);
          }
          for (const [index, value] of seconds) {
            writeWord(memory, second + index * 4, value);
          }
          for (const address of addresses.map(BigInt)) {
            const found = tryRead(() => mmu.translate(memory, shortRoot, address));
            const model = naiveShortWalk(memory, top, address);
            expect(found && BigInt(found.physicalAddress)).to.equal(model);
            const page = address - (address % 0x1000n);
            const [run] = mmu.mappedRuns(memory, shortRoot, page, page + 0x1000n);
            expect(run && BigInt(run.physicalAddress)).to.equal(
              model === undefined ? undefined : model - (model % 0x1000n),
            );
          }
        },
      ),
      { numRuns: propertyRuns(40) },
    );
  });

  it('list what is mapped in stretches of equal rights', () => {
    const memory = memoryOf();
    for (let index = 0; index < 4; index++) {
      const readOnly = index < 2 ? 0x8000 : 0x10;
      writeWord(memory, top + (0xc00 + index) * 4, 0x4000_0402 + index * 0x10_0000 + readOnly);
    }
    const runs = [...mmu.mappedRuns(memory, shortRoot, 0xc000_0000n, endOfAddresses)];
    expect(
      runs.map((run) => [run.physicalAddress, run.lengthInBytes, run.isWritable, run.isExecutable]),
    ).to.deep.equal([
      [0x4000_0000, 0x20_0000, false, true],
      [0x4020_0000, 0x20_0000, true, false],
    ]);
    expect([...mmu.mappedRuns(memory, shortRoot, 0n, endOfAddresses, 1)]).to.have.length(1);
  });

  it('are bounded where each entry leads to the table itself', () => {
    const memory = memoryOf();
    const words = new Uint32Array(4096).fill(top | 1);
    memory.write(top, new Uint8Array(words.buffer));
    const runs = [...mmu.mappedRuns(memory, shortRoot, 0n, endOfAddresses)];
    expect(runs.length).to.be.at.most(65_536);
    expect(memory.pagesRead).to.be.below(10_000);
    expect([...(mmu.tablePages?.(memory, [shortRoot], 100) ?? [])]).to.have.length(4);
  });

  it('list the pages of tables, but of none that cannot be read', () => {
    const memory = memoryOf();
    writeWord(memory, top, second | 1);
    writeWord(memory, top + 4, lost | 1);
    const pagesBelow = (root: TranslationRoot) => [
      ...(mmu.tablePages?.(memory, [root], 100) ?? []),
    ];
    expect(pagesBelow(shortRoot)).to.deep.equal([
      ...[0, 1, 2, 3].map((page) => ({ physicalAddress: top + page * 0x1000, level: 2 })),
      { physicalAddress: second, level: 1 },
    ]);
    expect(pagesBelow(rootAt(arm, lost, 2))).to.deep.equal([]);
  });

  it('are little-endian or big-endian, as memory is', () => {
    const memory = new SparseMemory({
      ranges: [{ start: 0, end: 0x4_0000 }],
      byteOrder: 'big',
    });
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, 0x4010_0402);
    memory.write(top + 0xc01 * 4, bytes);
    expect(mmu.translate(memory, shortRoot, 0xc010_1234n).physicalAddress).to.equal(0x4010_1234);
    const [run] = mmu.mappedRuns(memory, shortRoot, 0xc000_0000n, endOfAddresses);
    expect(run?.virtualAddress).to.equal(0xc010_0000n);
  });
});

describe("arm's long descriptors", () => {
  const places = [top, second, 0x9000];

  for (const [kind, address, indices, value, expected, rights] of longWalks) {
    it(`walk as the manual does: ${kind} at 0x${address.toString(16)}`, () => {
      const memory = memoryOf();
      for (const [depth, index] of indices.entries()) {
        const isLast = depth === indices.length - 1;
        const next = BigInt(places[depth + 1] ?? 0) | 3n;
        memory.writeUint64((places[depth] ?? 0) + index * 8, isLast ? value : next);
      }
      const found = mmu.translate(memory, longRoot, address);
      expect(found.physicalAddress).to.equal(expected);
      expect(rightsOf(found)).to.equal(rights);
    });
  }
});

describe("arm's roots", () => {
  it('are two at a table, and no register names one', () => {
    expect(mmu.rootsAt(top).map(({ levels }) => levels)).to.deep.equal([2, 3]);
    const registers = new Map([['pc', 0xc031_fc88n]]);
    expect(mmu.rootOf(registers)).to.equal(undefined);
    expect(mmu.instructionAddress?.(registers)).to.equal(0xc031_fc88n);
  });

  it('map 32 bits of addresses, and tables that are there', () => {
    for (const root of [shortRoot, longRoot]) {
      expect(refusal(() => mmu.translate(memoryOf(), root, endOfAddresses))).to.equal('not-mapped');
      expect(refusal(() => mmu.translate(memoryOf(), root, 0n))).to.equal('not-mapped');
    }
    const root = rootAt(arm, lost, 2);
    expect(refusal(() => mmu.translate(memoryOf(), root, 0n))).to.equal('page-unreadable');
    expect([...mmu.mappedRuns(memoryOf(), root, 0n, endOfAddresses)]).to.deep.equal([]);
  });
});
