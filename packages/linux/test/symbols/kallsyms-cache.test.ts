import { x8664 } from '@vmcorekit/architectures';
import type { Kernel, KernelCache, KernelView, SymbolTable } from '@vmcorekit/core';
import { kallsyms, openKernel } from '@vmcorekit/linux';
import {
  buildKallsyms,
  type KallsymsLayout,
  linearMemory,
  locatedKernel,
  MapKernelCache,
  memoryDump,
  SparseMemory,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { ReadOnlyWindow } from '../../dist/symbols/kallsyms/read-only-window.js';

const textAt = 0xffffffff92000000n;
const rodataSize = 0x400000;
const physicalStart = 0x5000000;
const usualPlace = 0x31008;
const notesAt = 0xf0000;
const buildId = 'cd'.repeat(20);

interface Guest {
  readonly memory: SparseMemory;
  /** The kernel in this memory, as a search sees it that has just found its symbols. */
  readonly find: (cache?: KernelCache) => KernelView;
  /** Opens the kernel in this memory. */
  readonly open: (cache?: KernelCache, id?: string | null) => SymbolTable;
  /** Of the kernel opened last. */
  readonly remarks: () => readonly string[];
}

interface GuestFields {
  readonly noteId?: string;
  /** Where the table lies in the read-only data. */
  readonly kallsymsAt?: number;
}

/** A kernel of 5000 functions at a KASLR offset. */
function guest(
  layout: KallsymsLayout,
  kaslrOffset: bigint = 0n,
  prefix: string = 'do',
  { noteId = buildId, kallsymsAt = usualPlace }: GuestFields = {},
): Guest {
  const text = textAt + kaslrOffset;
  const rodataAt = text + 0x400000n;
  const functions = Array.from({ length: 5000 }, (_, index) => ({
    name: `${prefix}_work_${(index * 7919) % 5003}`,
    type: 't',
    address: text + 0x40n + BigInt(index) * 16n,
  }));
  const notes = ['__start_notes', '__stop_notes'].map((name, index) => ({
    name,
    type: 'R',
    address: rodataAt + BigInt(notesAt + index * 36),
  }));
  const { bytes } = buildKallsyms({
    layout,
    symbols: [{ name: '_text', address: text }, ...functions, ...notes],
    virtualAddress: rodataAt + BigInt(kallsymsAt),
  });
  const memory = new SparseMemory({
    ranges: [{ start: physicalStart, end: physicalStart + rodataSize }],
  });
  memory.write(physicalStart + kallsymsAt, bytes);
  const note = `040000001400000003000000474e5500${noteId}`;
  memory.write(physicalStart + notesAt, Buffer.from(note, 'hex'));
  const rodata = {
    virtualAddress: rodataAt,
    physicalAddress: physicalStart,
    lengthInBytes: rodataSize,
    isWritable: false,
    isExecutable: false,
  };
  const code = { ...rodata, virtualAddress: text, lengthInBytes: 0x200000, isExecutable: true };
  const virtual = linearMemory(memory, [rodata]);
  const dump = memoryDump({ memory, architecture: x8664 });
  const view = { dump, root: virtual.root, runs: [code, rodata], memory: virtual };
  let kernel: Kernel | undefined;
  const find = (cache?: KernelCache): KernelView => {
    const work = kallsyms.carve(view, cache);
    let step = work.next();
    while (step.done !== true) {
      step = work.next();
    }
    return { ...view, symbols: step.value ?? expect.fail('no symbols') };
  };
  const open = (cache?: KernelCache, id: string | null = buildId): SymbolTable => {
    kernel = openKernel(find(), locatedKernel({ buildId: id }), { cache });
    return kernel.symbols;
  };
  return { memory, find, open, remarks: () => kernel?.types.remarks ?? [] };
}

const layouts: readonly KallsymsLayout[] = ['6.2', '6.11', '7.0'];
const addressOf = (symbols: SymbolTable, index: number) =>
  symbols.find(`do_work_${(index * 7919) % 5003}`)?.address;

/** Pages among the names, so that only the cache has these. */
function lose({ memory }: Guest): void {
  for (const page of [0x35, 0x36, 0x38]) {
    memory.exclude(physicalStart + page * 0x1000);
  }
}

describe('symbols in a cache', () => {
  for (const layout of layouts) {
    it(`serve another dump, moved by KASLR, as Linux ${layout} lays them out`, () => {
      const cache = new MapKernelCache();
      expect(addressOf(guest(layout).open(cache), 123)).to.equal(textAt + 0x40n + 123n * 16n);
      const [symbolsKey, buildIdKey] = cache.kept.keys();
      expect(symbolsKey).to.equal(`${buildId} symbols`);
      expect(buildIdKey).to.match(/^[\da-f]{32} build-id$/);
      const moved = guest(layout, 0x3000000n);
      const symbols = moved.open(cache);
      lose(moved);
      for (let index = 0; index < 5000; index += 97) {
        const address = textAt + 0x3000040n + BigInt(index) * 16n;
        expect(addressOf(symbols, index)).to.equal(address);
        expect(symbols.at(address + 3n)?.name).to.equal(`do_work_${(index * 7919) % 5003}`);
      }
      expect(symbols.find('none')).to.equal(undefined);
    });
  }

  it('serve the search too, where the dump and its build ID bear them out', () => {
    const cache = new MapKernelCache();
    expect(addressOf(guest('6.11').find(cache).symbols, 1)).to.equal(textAt + 0x50n);
    expect(cache.kept.size, 'a search keeps nothing').to.equal(0);
    addressOf(guest('6.11').open(cache), 1);
    const moved = guest('6.11', 0x3000000n);
    const { symbols } = moved.find(cache);
    lose(moved);
    const before = moved.memory.pagesRead;
    for (let index = 0; index < 5000; index += 97) {
      expect(addressOf(symbols, index)).to.equal(textAt + 0x3000040n + BigInt(index) * 16n);
    }
    expect(moved.memory.pagesRead - before).to.be.at.most(4);
    const other = guest('6.11', 0n, 'xy').find(cache).symbols;
    expect(other.find(`xy_work_${7919 % 5003}`)?.address).to.equal(textAt + 0x50n);
    expect(other.find(`do_work_${7919 % 5003}`)).to.equal(undefined);
  });

  it('lead the next search to the table, of which no name is read', () => {
    const cache = new MapKernelCache();
    // The search meets the offsets first: it looks at every 32nd page.
    const fields = { kallsymsAt: 0x3f008 };
    const first = guest('6.1', 0n, 'do', fields);
    const opened = first.open(cache);
    const before = first.memory.pagesRead;
    addressOf(opened, 1);
    expect([...cache.kept.keys()].at(-1)).to.match(/^[\da-f]{16} symbols-place$/);
    const moved = guest('6.1', 0x3000000n, 'do', fields);
    const { symbols } = moved.find(cache);
    expect(addressOf(symbols, 1)).to.equal(textAt + 0x3000050n);
    expect(moved.memory.pagesRead).to.be.below(before - 10);
    const [key = ''] = [...cache.kept.keys()].slice(-1);
    for (const place of [[0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff], [1]]) {
      cache.kept.set(key, Uint8Array.from(place));
      expect(addressOf(guest('6.1', 0n, 'do', fields).find(cache).symbols, 1)).to.equal(
        textAt + 0x50n,
      );
    }
  });

  it('do not serve the search for a kernel that is alike and has another build ID', () => {
    const cache = new MapKernelCache();
    addressOf(guest('6.11').open(cache), 1);
    const alike = guest('6.11', 0n, 'do', { noteId: 'ef'.repeat(20) });
    const { symbols } = alike.find(cache);
    expect(symbols.buildId).to.equal('ef'.repeat(20));
    lose(alike);
    const found = Array.from({ length: 5000 }, (_, index) => addressOf(symbols, index));
    expect(found.filter((address) => address === undefined)).to.have.length.above(300);
  });

  it('are not taken from another kernel, nor where anything is changed', () => {
    const cache = new MapKernelCache();
    addressOf(guest('6.11').open(cache), 1);
    const kept = cache.load(buildId, 'symbols') ?? expect.fail();
    const other = guest('6.11', 0n, 'xy');
    expect(other.remarks()).to.deep.equal([]);
    expect(other.open(cache).find(`xy_work_${7919 % 5003}`)?.address).to.equal(textAt + 0x50n);
    expect(other.remarks()[0]).to.include(`the cached symbols of build ID ${buildId} are not used`);
    expect(cache.load(buildId, 'symbols')).to.not.deep.equal(kept);
    for (const at of [0, 9, 13, 40, 5000, kept.length - 1]) {
      const changed = kept.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      cache.store(buildId, 'symbols', changed);
      expect(addressOf(guest('6.11').open(cache), 1), String(at)).to.equal(textAt + 0x50n);
    }
  });

  it('are not kept without a build ID, nor where a page of them is lost', () => {
    const cache = new MapKernelCache();
    expect(addressOf(guest('6.11').open(cache, null), 1)).to.equal(textAt + 0x50n);
    const lossy = guest('6.11');
    lossy.memory.exclude(physicalStart + 0x36000);
    expect(lossy.open(cache).size).to.equal(5003);
    addressOf(lossy.open(cache), 1);
    expect(cache.kept.size).to.equal(0);
  });

  it('are whole pages of a copy, which the dump itself may lack', () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x8000 }] });
    const run = { virtualAddress: textAt, physicalAddress: 0, lengthInBytes: 0x8000 };
    const window = new ReadOnlyWindow(linearMemory(memory, [run]), textAt, 0x8000, true);
    memory.write(0x3000, Uint8Array.of(1));
    memory.exclude(0x1000);
    window.useCopy(0x800, new Uint8Array(0x2900).fill(7));
    expect([window.uint8(0x1000), window.uint8(0x2fff), window.uint8(0x3000)]).to.deep.equal([
      7, 7, 1,
    ]);
    expect(() => window.uint8(0x900), 'the copy has only a part of that page').to.throw();
  });
});
