import { s390x } from '@vmcorekit/architectures';
import type { TranslationRoot } from '@vmcorekit/core';
import { S390xTableBuilder, type SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { keysOf, mmuOf, rootAt, rootsFound } from '../root-at.ts';
import { memoryOf } from './roots.ts';

const mmu = mmuOf(s390x);
const megabyte = 0x10_0000;
const swapper = 0x28_0000;
const processRoot = 0xc0_0000;
const window = { start: 0n, end: 2n ** 53n };
const imageStart = 0x3ff_fe3a_8000n & ~0xf_ffffn;

interface Options {
  /** Where the kernel sees its image; at 0 its addresses are physical. */
  readonly offset?: bigint;
  readonly hasRootInData?: boolean;
  readonly hasIdentityMap?: boolean;
}

/** A kernel's tables: the image, all memory at 0, and a process without anything of the kernel. */
function kernelMemory(levels: 3 | 4, options: Options = {}): SparseMemory {
  const memory = memoryOf(16 * megabyte);
  const offset = options.offset ?? imageStart;
  const tables = new S390xTableBuilder(memory, {
    levels,
    root: swapper,
    tablesFrom: 8 * megabyte,
  });
  const map = (virtual: bigint, from: number, to: number, rights: object): void =>
    tables.map({
      virtualAddress: virtual + BigInt(from),
      physicalAddress: from,
      lengthInBytes: to - from,
      ...rights,
    });
  if (options.hasIdentityMap !== false) {
    map(0n, 0, 16 * megabyte, { isWritable: true, level: 2 });
  }
  map(offset, megabyte, 0x18_0000, { isExecutable: true });
  map(offset, 0x18_0000, 0x20_0000, {});
  map(offset, 0x20_0000, options.hasRootInData === false ? swapper : 0x30_0000, {
    isWritable: true,
  });
  const process = new S390xTableBuilder(memory, {
    levels,
    root: processRoot,
    tablesFrom: processRoot + 0x4000,
  });
  process.map({
    virtualAddress: 0x2aa_0000_0000n,
    physicalAddress: swapper,
    lengthInBytes: 0x1000,
    isWritable: true,
  });
  return memory;
}

function found(memory: SparseMemory): TranslationRoot[] {
  return rootsFound(s390x, memory, window);
}

describe('the search for roots of s390x', () => {
  for (const levels of [3, 4] as const) {
    const own: TranslationRoot = rootAt(s390x, swapper, levels);

    it(`finds the kernel's root and no process's: ${levels} levels`, () => {
      expect(keysOf(found(kernelMemory(levels)))).to.deep.equal([own.key]);
    });

    it(`finds a kernel whose addresses are physical: ${levels} levels`, () => {
      const memory = kernelMemory(levels, { offset: 0n, hasIdentityMap: false });
      expect(keysOf(found(memory))).to.deep.equal([own.key]);
    });

    it(`finds none where the image does not hold it: ${levels} levels`, () => {
      expect(keysOf(found(kernelMemory(levels, { hasRootInData: false })))).to.deep.equal([]);
    });

    it(`knows the identity map: ${levels} levels`, () => {
      expect(mmu.mapsLinearly?.(kernelMemory(levels), own)).to.equal(true);
      const without = kernelMemory(levels, {
        hasIdentityMap: false,
        offset: imageStart + 0x10_0000n,
      });
      expect(mmu.mapsLinearly?.(without, own)).to.equal(false);
      const process = rootAt(s390x, processRoot, levels);
      expect(mmu.mapsLinearly?.(kernelMemory(levels), process)).to.equal(false);
    });
  }

  it('passes over a table with one entry that is none', () => {
    for (const word of [0n, 0x5004n | 0x800n, 0x5008n, 0x5020n, 0x1000_0007n, 7n]) {
      const memory = kernelMemory(3);
      memory.writeUint64(swapper + 1500 * 8, word);
      expect(keysOf(found(memory)), `${word}`).to.deep.equal([]);
    }
  });

  it('finds nothing where the tables below the root are lost', () => {
    const memory = kernelMemory(3);
    for (let page = 8 * megabyte; page < 8 * megabyte + 0x4_0000; page += 0x1000) {
      memory.exclude(page);
    }
    expect(keysOf(found(memory))).to.deep.equal([]);
  });

  it('ends where tables are full of entries that lead to each other', () => {
    const memory = memoryOf(0x4_0000);
    for (let table = 1; table < 4; table++) {
      for (let entry = 0; entry < 2048; entry++) {
        const target = BigInt((1 + ((table + entry) % 3)) * 0x4000);
        memory.writeUint64(table * 0x4000 + entry * 8, target | 7n);
      }
    }
    expect(keysOf(found(memory))).to.deep.equal([]);
  });

  it('looks at few of the places where tables map their root again and again', () => {
    const memory = memoryOf(megabyte);
    const root = 0x4000;
    const tables = new S390xTableBuilder(memory, { levels: 3, root, tablesFrom: 0x8000 });
    for (let page = 0n; page < 256n; page++) {
      tables.map({
        virtualAddress: page * 0x1000n,
        physicalAddress: root,
        lengthInBytes: 0x1000,
        isWritable: true,
      });
    }
    const following = Array.from(mmu.findRoots?.(memory, window) ?? []).filter(
      (step) => 'kind' in step && step.doing === 'following page tables',
    );
    expect(following.length).to.equal(8);
  });

  it('reports progress', () => {
    const doing = Array.from(mmu.findRoots?.(kernelMemory(3), window) ?? []).flatMap((step) =>
      'kind' in step ? [step.doing] : [],
    );
    expect(new Set(doing)).to.include('following page tables');
  });
});
