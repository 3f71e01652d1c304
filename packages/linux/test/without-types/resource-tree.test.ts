import { x8664 } from '@vmcorekit/architectures';
import type { Kernel } from '@vmcorekit/core';
import { foundTypes, systemRamRanges } from '@vmcorekit/linux';
import { linearMemory, memoryDump, SparseMemory, symbolList, testKernel } from '@vmcorekit/testing';
import { expect } from 'chai';

const base = 0xffffffff82000000n;
const sizeInBytes = 0x10000;
const noTypes = {
  from: 'no types',
  remarks: [],
  struct: () => undefined,
  enumeration: () => undefined,
};
const root = 0x340;
const names = { pci: 0x2007, ram: 0x2020, rom: 0x2040 };

interface Range {
  readonly start: bigint;
  readonly end: bigint;
  readonly name: number;
  readonly parent?: bigint;
}

interface TreeFields {
  /** Of an address of memory, and of a pointer. */
  readonly widths?: readonly [address: 4 | 8, word: 4 | 8];
  readonly hasDesc?: boolean;
  readonly isNamed?: boolean;
  readonly rootName?: number;
  readonly ranges?: readonly Range[];
}

const ranges: readonly Range[] = [
  { start: 0x1000n, end: 0x9fbffn, name: names.ram },
  { start: 0xf0000n, end: 0xfffffn, name: names.rom },
  { start: 0x100000n, end: 0x7ffffffn, name: names.ram },
];

/** A kernel whose data hold a tree of ranges, and that has no types. */
function kernelOf({
  widths: [addressSize, word] = [8, 8],
  hasDesc = true,
  isNamed = false,
  rootName = names.pci,
  ranges: all = ranges,
}: TreeFields = {}): Kernel {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  const start = word === 8 ? base : 0xc1000000n;
  const place = (at: number): bigint => (at === 0 ? 0n : start + BigInt(at));
  const put = (at: number, size: 4 | 8, value: bigint): void => {
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setBigUint64(0, BigInt.asUintN(64, value), true);
    memory.write(at, new Uint8Array(bytes.buffer, 0, size));
  };
  const resource = (at: number, range: Range, links: readonly bigint[]): void => {
    put(at, addressSize, range.start);
    put(at + addressSize, addressSize, range.end);
    const words = [place(range.name), 0x200n, ...(hasDesc ? [0n] : []), ...links];
    for (const [index, value] of words.entries()) {
      put(at + 2 * addressSize + index * word, word, value);
    }
  };
  memory.write(0x2000, new TextEncoder().encode('fooPCI PCI mem\0'));
  memory.write(names.ram, new TextEncoder().encode('System RAM\0'));
  memory.write(names.rom, new TextEncoder().encode('System ROM\0'));
  const at = (index: number): number => (index < all.length ? 0x1000 + index * 0x80 : 0);
  resource(root, { start: 0n, end: 0xfffffffffn, name: rootName }, [0n, 0n, place(at(0))]);
  for (const [index, range] of all.entries()) {
    resource(at(index), range, [range.parent ?? place(root), place(at(index + 1)), 0n]);
  }
  const run = {
    virtualAddress: start,
    physicalAddress: 0,
    lengthInBytes: sizeInBytes,
    isWritable: true,
    isExecutable: false,
  };
  const kernel = testKernel({
    dump: memoryDump({ memory, architecture: x8664 }),
    memory: linearMemory(memory, [run], word === 8 ? {} : { wordSizeInBits: 32 }),
    symbols: symbolList(isNamed ? { iomem_resource: place(root) } : {}),
    runs: [run],
    types: noTypes,
  });
  return { ...kernel, types: foundTypes(kernel) };
}

const expected = [
  { start: 0x1000, end: 0x9fc00 },
  { start: 0x100000, end: 0x8000000 },
];

describe('the tree of /proc/iomem, without types', () => {
  for (const [title, fields] of [
    ['by its symbol', { isNamed: true }],
    ['by its shape', {}],
    ['as before Linux 4.6', { hasDesc: false }],
    ['of a 32-bit machine', { widths: [4, 4] }],
    ['of a 32-bit machine with 64-bit addresses', { widths: [8, 4] }],
  ] as const satisfies readonly (readonly [string, TreeFields])[]) {
    it(`is found ${title}`, () => {
      expect(systemRamRanges(kernelOf(fields))).to.deep.equal(expected);
    });
  }

  for (const [title, fields] of [
    ['where its root has another name', { rootName: names.rom }],
    ['where no range is RAM', { ranges: ranges.slice(1, 2) }],
    ['where ranges do not ascend', { ranges: ranges.toReversed() }],
    ['where a range has another parent', { ranges: [{ ...ranges[0], parent: base }] }],
    [
      'where a range has no name',
      { isNamed: true, ranges: [...ranges, { start: 2n ** 32n, end: 2n ** 33n, name: 0 }] },
    ],
  ] as const) {
    it(`is not found ${title}`, () => {
      const kernel = kernelOf(fields as TreeFields);
      expect(systemRamRanges(kernel)).to.equal(null);
      expect(kernel.types.struct('resource')).to.equal(undefined);
      expect(kernel.types.remarks.join()).to.include('no tree of ranges like /proc/iomem');
    });
  }
});
