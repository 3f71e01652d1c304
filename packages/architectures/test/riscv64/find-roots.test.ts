import { riscv64 } from '@vmcorekit/architectures';
import type { TranslationRoot } from '@vmcorekit/core';
import { Riscv64TableBuilder, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { keysOf, mmuOf, rootAt, rootsFound } from '../root-at.ts';

const mmu = mmuOf(riscv64);
const ram = 0x8000_0000;
const image = ram + 0x20_0000;
const swapper = image + 0x18_0000;
const processRoot = ram + 0x180_0000;
const window = { start: 0xffff_ffff_8000_0000n, end: 2n ** 64n };
const pageOffsets = {
  3: 0xffff_ffd6_0000_0000n,
  4: 0xffff_af80_0000_0000n,
  5: 0xff60_0000_0000_0000n,
} as const;

interface Options {
  /** Where the image maps the page of its root; default: at its own place. */
  readonly hasRootInData?: boolean;
  readonly linearStart?: bigint | null;
  readonly hasText?: boolean;
}

/** A kernel's tables: the image, the linear map, and a process whose root shares them. */
function kernelMemory(levels: 3 | 4 | 5, options: Options = {}): SparseMemory {
  const memory = new SparseMemory({ ranges: [{ start: ram, end: ram + 0x200_0000 }] });
  const tables = new Riscv64TableBuilder(memory, {
    levels,
    root: swapper,
    tablesFrom: ram + 0x100_0000,
  });
  const part = (from: number, to: number, rights: object): void =>
    tables.map({
      virtualAddress: window.start + BigInt(from),
      physicalAddress: image + from,
      lengthInBytes: to - from,
      ...rights,
    });
  if (options.hasText !== false) {
    part(0, 0x8_0000, { isExecutable: true });
  }
  part(0x8_0000, 0x10_0000, {});
  part(0x10_0000, options.hasRootInData === false ? 0x18_0000 : 0x20_0000, { isWritable: true });
  const linearStart = options.linearStart === undefined ? pageOffsets[levels] : options.linearStart;
  if (linearStart !== null) {
    tables.map({
      virtualAddress: linearStart,
      physicalAddress: ram,
      lengthInBytes: 0x200_0000,
      level: 2,
      isWritable: true,
    });
  }
  const shared = memory.read(swapper, 0x1000);
  memory.write(processRoot, shared);
  const process = new Riscv64TableBuilder(memory, {
    levels,
    root: processRoot,
    tablesFrom: ram + 0x190_0000,
  });
  memory.write(processRoot, shared);
  process.map({ virtualAddress: 0x1_0000n, physicalAddress: ram, lengthInBytes: 0x1000 });
  return memory;
}

function found(memory: SparseMemory): TranslationRoot[] {
  return rootsFound(riscv64, memory, window);
}

describe('the search for roots of riscv64', () => {
  for (const levels of [3, 4, 5] as const) {
    const own = rootAt(riscv64, swapper, levels);

    it(`finds the kernel's root, no process's and no other table: ${levels} levels`, () => {
      expect(keysOf(found(kernelMemory(levels)))).to.deep.equal([own.key]);
    });

    it(`finds none where the image does not hold it: ${levels} levels`, () => {
      expect(found(kernelMemory(levels, { hasRootInData: false }))).to.deep.equal([]);
      expect(found(kernelMemory(levels, { hasText: false }))).to.deep.equal([]);
    });

    it(`knows a linear map at PAGE_OFFSET: ${levels} levels`, () => {
      const at = (linearStart: bigint | null) =>
        mmu.mapsLinearly?.(kernelMemory(levels, { linearStart }), own);
      expect(at(pageOffsets[levels])).to.equal(true);
      expect(at(pageOffsets[levels] + 0x20_0000n)).to.equal(true);
      expect(at(null)).to.equal(false);
      const process = rootAt(riscv64, processRoot, levels);
      expect(mmu.mapsLinearly?.(kernelMemory(levels), process)).to.equal(true);
    });
  }

  it('knows the linear map of older kernels with Sv39', () => {
    const root = rootAt(riscv64, swapper, 3);
    for (const linearStart of [0xffff_ffd8_0000_0000n, 0xffff_ffe0_0000_0000n]) {
      expect(mmu.mapsLinearly?.(kernelMemory(3, { linearStart }), root)).to.equal(true);
    }
  });

  it('takes mappings that scatter for no linear map', () => {
    const memory = kernelMemory(4, { linearStart: null });
    const tables = new Riscv64TableBuilder(memory, {
      levels: 4,
      root: processRoot,
      tablesFrom: ram + 0x1a0_0000,
    });
    for (let page = 0; page < 8; page++) {
      tables.map({
        virtualAddress: pageOffsets[4] + BigInt(page * 0x20_0000),
        physicalAddress: ram + page * 0x3000,
        lengthInBytes: 0x1000,
        isWritable: true,
      });
    }
    expect(mmu.mapsLinearly?.(memory, rootAt(riscv64, processRoot, 4))).to.equal(false);
  });

  it('gives the place of the root as its shared table: a kernel has one', () => {
    const steps = Array.from(mmu.findRoots?.(kernelMemory(5), window) ?? []);
    const shared = steps.flatMap((step) => ('kind' in step ? [] : [step.sharedTable]));
    expect(shared).to.deep.equal([swapper]);
  });

  it('passes over a page with one word that is no entry', () => {
    for (const word of [2n, (5n << 10n) | 0xdn, (0x1_0000n << 10n) | 1n, 1n | (1n << 55n)]) {
      const memory = kernelMemory(4);
      memory.writeUint64(swapper + 300 * 8, word);
      expect(found(memory), `${word}`).to.deep.equal([]);
    }
  });

  it('finds nothing where the tables below the root are lost', () => {
    const memory = kernelMemory(4);
    memory.exclude(ram + 0x100_0000);
    expect(found(memory)).to.deep.equal([]);
  });

  it('ends where pages are full of entries that lead to each other', () => {
    const memory = new SparseMemory({ ranges: [{ start: ram, end: ram + 0x10_0000 }] });
    for (let page = 0; page < 4; page++) {
      for (let entry = 0; entry < 512; entry++) {
        const number = BigInt(ram / 0x1000 + ((page + entry) % 4));
        memory.writeUint64(ram + page * 0x1000 + entry * 8, (number << 10n) | 1n);
      }
    }
    expect(found(memory)).to.deep.equal([]);
  });

  it('reports progress', () => {
    const memory = kernelMemory(4);
    memory.write(ram + 0x80_0000, new Uint8Array(0x8_0000).fill(6));
    const doing = Array.from(mmu.findRoots?.(memory, window) ?? []).flatMap((step) =>
      'kind' in step ? [step.doing] : [],
    );
    expect(new Set(doing)).to.deep.equal(
      new Set(['following page tables', 'searching for page tables']),
    );
  });
});
