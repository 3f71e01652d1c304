import { arm64 } from '@vmcorekit/architectures';
import type { TranslationRoot } from '@vmcorekit/core';
import { Arm64TableBuilder, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { keysOf, mmuOf, rootsFound } from '../root-at.ts';
import { arm64RootAt, halfStart, kinds, type RootKind } from './roots.ts';

const mmu = mmuOf(arm64);
const ram = 0x4000_0000;
const image = ram + 0x20_0000;
const rootInImage = 0x8_0000;
const window = { start: 0xffff_8000_0000_0000n, end: 2n ** 64n };

interface Options {
  readonly byteOrder?: 'little' | 'big';
  /** Leaves the image's own mapping of the root out. */
  readonly isUnmapped?: boolean;
  /** Of the linear map; default: the first of the half. */
  readonly linearStart?: bigint;
  readonly hasLinearMap?: boolean;
}

/** Where the image lies: in the middle of the upper half of the 48-bit (or smaller) addresses. */
function imageStart({ bits }: RootKind): bigint {
  const start = 2n ** 64n - 2n ** BigInt(Math.min(48, bits) - 1);
  return start + 2n ** BigInt(Math.min(48, bits) - 2) + 0x20_0000n;
}

/** A kernel's tables: its image of text, constants and data at 2 MiB, and the linear map. */
function kernelMemory(kind: RootKind, options: Options = {}): SparseMemory {
  const memory = new SparseMemory({
    ranges: [{ start: ram, end: ram + 0x200_0000 }],
    byteOrder: options.byteOrder ?? 'little',
  });
  const tables = new Arm64TableBuilder(memory, {
    granuleInBytes: (kind.granule * 1024) as 0x1000,
    addressBits: kind.bits,
    root: image + rootInImage,
    tablesFrom: image + 0x40_0000,
    tableBits: 1n << 60n,
  });
  const start = imageStart(kind);
  const part = (from: number, to: number, rights: object): void =>
    tables.map({
      virtualAddress: start + BigInt(from),
      physicalAddress: image + from,
      lengthInBytes: to - from,
      ...rights,
    });
  part(0x1_0000, 0x4_0000, { isExecutable: true });
  part(0x4_0000, options.isUnmapped ? 0x8_0000 : 0xa_0000, {});
  part(0xa_0000, 0x10_0000, { isWritable: true });
  if (options.hasLinearMap !== false) {
    tables.map({
      virtualAddress: options.linearStart ?? halfStart(kind.bits),
      physicalAddress: ram,
      lengthInBytes: 0x10_0000,
      isWritable: true,
    });
  }
  return memory;
}

function found(memory: SparseMemory, from: bigint = window.start): TranslationRoot[] {
  return rootsFound(arm64, memory, { ...window, start: from });
}

describe('the search for roots of arm64', () => {
  for (const kind of kinds) {
    const from = 2n ** 64n - 2n ** BigInt(Math.min(48, kind.bits) - 1);
    it(`finds the kernel's root and no other: ${kind.granule} KiB, ${kind.bits} bits`, () => {
      const root = arm64RootAt(image + rootInImage, kind);
      expect(keysOf(found(kernelMemory(kind), from))).to.deep.equal([root.key]);
      const big = kernelMemory(kind, { byteOrder: 'big' });
      expect(keysOf(found(big, from))).to.deep.equal([root.key]);
    });
  }

  it('judges one table as it judges those that it meets', () => {
    const kind = { granule: 4, bits: 48 } as const;
    const memory = kernelMemory(kind);
    const at = image + rootInImage;
    const keysAt = (table: number): string[] =>
      Array.from(mmu.kernelRootsAt?.(memory, table, window) ?? []).flatMap((step) =>
        'root' in step ? [step.root.key] : [],
      );
    expect(keysAt(at)).to.deep.equal([arm64RootAt(at, kind).key]);
    for (const other of [at + 8, at + 0x1000, image + 0x40_0000, image, 0x7000_0000]) {
      expect(keysAt(other)).to.deep.equal([]);
    }
  });

  it('finds a table of 64 KiB pages that a processor enters at its end', () => {
    const kind = { granule: 64, bits: 52 } as const;
    const memory = kernelMemory(kind, { linearStart: 0xffff_0000_0000_0000n });
    const root = arm64RootAt(image + rootInImage, kind);
    expect(keysOf(found(memory))).to.deep.equal([root.key]);
    expect(mmu.mapsLinearly?.(memory, root)).to.equal(true);
    const entered = arm64RootAt(image + rootInImage + 960 * 8, { granule: 64, bits: 48 });
    const address = imageStart(kind) + 0x1_0000n;
    expect(mmu.translate(memory, root, address).physicalAddress).to.equal(
      mmu.translate(memory, entered, address).physicalAddress,
    );
  });

  it('gives the place of the root as its shared table: a kernel has one', () => {
    const memory = kernelMemory({ granule: 4, bits: 48 });
    const steps = Array.from(mmu.findRoots?.(memory, window) ?? []);
    const shared = steps.flatMap((step) => ('kind' in step ? [] : [step.sharedTable]));
    expect(shared).to.deep.equal([image + rootInImage]);
  });

  it('passes over tables that do not map their own page', () => {
    expect(found(kernelMemory({ granule: 4, bits: 48 }, { isUnmapped: true }))).to.deep.equal([]);
  });

  it('passes over tables without a linear map, as the entry trampoline has', () => {
    expect(found(kernelMemory({ granule: 4, bits: 48 }, { hasLinearMap: false }))).to.deep.equal(
      [],
    );
  });

  it('passes over a page with one word that is no table', () => {
    const kind = { granule: 4, bits: 48 } as const;
    for (const word of [0x5n, 1n, 0x4020_0403n | (1n << 54n), 0x9000_0003n, 2n ** 63n]) {
      const memory = kernelMemory(kind);
      memory.writeUint64(image + rootInImage + 300 * 8, word);
      expect(found(memory), `${word}`).to.deep.equal([]);
    }
  });

  it('finds nothing where the tables below the root are lost, and goes on', () => {
    const memory = kernelMemory({ granule: 4, bits: 48 });
    memory.exclude(image + 0x40_0000);
    expect(found(memory)).to.deep.equal([]);
  });

  it('ends where pages are full of entries that lead to each other', () => {
    const memory = new SparseMemory({ ranges: [{ start: ram, end: ram + 0x10_0000 }] });
    for (let page = 0; page < 8; page++) {
      for (let entry = 0; entry < 512; entry++) {
        const target = BigInt(ram + ((page + entry) % 8) * 0x1000);
        memory.writeUint64(ram + page * 0x1000 + entry * 8, target | 3n);
      }
    }
    for (const root of found(memory)) {
      expect(root.tableAddress).to.be.within(ram, ram + 0x8000);
    }
  });

  it('looks at few of the places where tables map their root again and again', () => {
    const memory = kernelMemory({ granule: 4, bits: 48 }, { isUnmapped: true });
    const tables = new Arm64TableBuilder(memory, {
      granuleInBytes: 0x1000,
      addressBits: 48,
      root: image + rootInImage,
      tablesFrom: image + 0x40_0000,
    });
    for (let page = 0n; page < 256n; page++) {
      tables.map({
        virtualAddress: window.start + page * 0x1000n,
        physicalAddress: tables.root,
        lengthInBytes: 0x1000,
      });
    }
    tables.map({
      virtualAddress: halfStart(48),
      physicalAddress: ram,
      lengthInBytes: 0x1000,
      isWritable: true,
    });
    const following = Array.from(mmu.findRoots?.(memory, window) ?? []).filter(
      (step) => 'kind' in step && step.doing === 'following page tables',
    );
    expect(following.length).to.equal(4);
  });

  it('reports progress', () => {
    const memory = kernelMemory({ granule: 4, bits: 48 });
    memory.write(ram + 0x100_0000, new Uint8Array(0x8_0000).fill(6));
    const doing = Array.from(mmu.findRoots?.(memory, window) ?? []).flatMap((step) =>
      'kind' in step ? [step.doing] : [],
    );
    expect(new Set(doing)).to.deep.equal(
      new Set(['following page tables', 'searching for page tables']),
    );
  });
});

describe('the linear map of arm64', () => {
  it('is what a running kernel’s root has, at a multiple of 128 MiB', () => {
    for (const kind of kinds) {
      const root = arm64RootAt(image + rootInImage, kind);
      const at = (linearStart: bigint) =>
        mmu.mapsLinearly?.(kernelMemory(kind, { linearStart }), root);
      expect(at(halfStart(kind.bits)), `${kind.granule} ${kind.bits}`).to.equal(true);
      expect(at(halfStart(kind.bits) + 0x800_0000n)).to.equal(true);
      expect(at(halfStart(kind.bits) + 0x10_0000n)).to.equal(false);
      expect(mmu.mapsLinearly?.(kernelMemory(kind, { hasLinearMap: false }), root)).to.equal(false);
    }
  });
});
