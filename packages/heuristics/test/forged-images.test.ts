import { x8664 } from '@vmcorekit/architectures';
import type { Verdict } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { plugin } from '@vmcorekit/heuristics';
import { plugin as linux, x8664Layout } from '@vmcorekit/linux';
import {
  buildLinuxKernel,
  type MemoryDumpFields,
  memoryDump,
  PageTableBuilder,
  SparseMemory,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { rootAt } from './guest.ts';

const sizeInBytes = 0x20000000;
const physBase = 0x600000;
const forgedOffset = 0x8000000;
const real = {
  physBase,
  kaslrOffset: 0,
  vmcoreInfoAt: 0x100000,
  tablesFrom: 0x200000,
  directMapSizeInBytes: sizeInBytes,
  release: '6.1.0-real',
};
const forged = {
  ...real,
  kaslrOffset: forgedOffset,
  vmcoreInfoAt: 0x300000,
  tablesFrom: 0x400000,
  release: '6.6.6-forged',
};

const emptyMemory = () => new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });

const cpuAt = (root: number) => [
  new Map([
    ['cr0', 0x80050033n],
    ['cr3', BigInt(root)],
    ['cr4', 0x20n],
  ]),
];

const locate = (
  memory: SparseMemory,
  fields: Omit<MemoryDumpFields, 'memory' | 'architecture'>,
  all = false,
): Promise<Verdict> =>
  createToolkit([linux, plugin]).locate(
    memoryDump({ memory, architecture: x8664, layout: x8664Layout, ...fields }),
    { all },
  );

/** Two whole kernels of one phys_base, the forged one with more mapped. */
function bothIn(memory: SparseMemory) {
  const running = buildLinuxKernel({ ...real, memory });
  const lie = buildLinuxKernel({ ...forged, memory });
  const table = lie.physical(lie.symbols.get('level2_kernel_pgt') ?? 0n);
  const image = physBase + 0x1000000 + forgedOffset;
  for (const index of [3, 4, 5]) {
    memory.writeUint64(
      table + 8 * (72 + index),
      BigInt(image + index * 0x200000) | 0x83n | (1n << 63n),
    );
  }
  return { running, lie };
}

describe('a kernel forged in memory', () => {
  it('with the running kernel’s phys_base lends it no release and no offset', async () => {
    const memory = emptyMemory();
    const { running, lie } = bothIn(memory);
    for (const all of [false, true]) {
      const { kernel } = await locate(
        memory,
        { cpus: cpuAt(running.root), vmcoreinfo: lie.vmcoreInfo },
        all,
      );
      expect(kernel).to.deep.include({
        physBase,
        kaslrOffset: 0,
        release: '6.1.0-real',
        root: rootAt(running.root),
      });
    }
  });

  it('with the same phys_base leaves only that proved, where no CPU decides', async () => {
    const memory = emptyMemory();
    bothIn(memory);
    const { kernel } = await locate(memory, {});
    expect(kernel).to.include({
      physBase,
      kaslrOffset: null,
      release: null,
      buildId: null,
      root: null,
    });
  });

  it('with so many roots that the true one is missed leaves only phys_base proved', async () => {
    const memory = emptyMemory();
    const lie = buildLinuxKernel({ ...forged, memory, kaslrOffset: 0 });
    const text = lie.symbols.get('_text') ?? 0n;
    const image = { lengthInBytes: 0x200000, pageSizeInBytes: 0x200000 } as const;
    const at = (megabytes: number) => ({
      ...image,
      virtualAddress: text + BigInt(megabytes << 20),
      physicalAddress: lie.physical(text) + (megabytes << 20),
    });
    for (let index = 0; index < 80; index++) {
      // Each has tables of its own, and one of them lies inside the image, as a kernel's does.
      const tables = new PageTableBuilder(memory, {
        levels: 4,
        root: 0x800000 + index * 0x8000,
        tablesFrom: 0x801000 + index * 0x8000,
      });
      tables.place(text, 2, lie.physical(text) + 0x410000 + index * 0x1000);
      tables.map({ ...at(0), isExecutable: true });
      tables.map(at(2));
      tables.map({ ...at(4), isWritable: true });
      tables.map({
        ...image,
        virtualAddress: 0xffff888000000000n,
        physicalAddress: 0,
        lengthInBytes: sizeInBytes,
        isWritable: true,
      });
    }
    buildLinuxKernel({ ...real, memory, kaslrOffset: forgedOffset, tablesFrom: 0x10000000 });
    const { kernel } = await locate(memory, {});
    expect(kernel).to.include({
      physBase,
      kaslrOffset: null,
      release: null,
      buildId: null,
      root: null,
    });
  });

  it('does not take the place of one that a CPU runs and no witness recognises', async () => {
    const memory = emptyMemory();
    const running = buildLinuxKernel({ ...real, memory, kallsyms: null });
    memory.write(running.physical(running.symbols.get('linux_banner') ?? 0n), new Uint8Array(200));
    memory.write(running.physical(running.symbols.get('_text') ?? 0n), new Uint8Array(0x1000));
    buildLinuxKernel({ ...forged, memory, physBase: 0x1000000 });
    const verdict = await locate(memory, { cpus: cpuAt(running.root) });
    expect(verdict).to.include({ kernel: null, confidence: 'ambiguous' });
    expect(verdict.candidates.map((each) => each.kernel.physBase)).to.include.members([
      physBase,
      0x1000000,
    ]);
  });
});
