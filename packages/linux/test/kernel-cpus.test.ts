import { x8664 } from '@vmcorekit/architectures';
import type { Registers } from '@vmcorekit/core';
import { openKernel, x8664Layout } from '@vmcorekit/linux';
import {
  linearMemory,
  linearRoot,
  locatedKernel,
  memoryDump,
  SparseMemory,
  symbolList,
} from '@vmcorekit/testing';
import { expect } from 'chai';

const base = 0xffffffff81000000n;
const kernelMode = 0x10n;
const userMode = 0x33n;
/** By number; CPUs 2 and 3 never came up. */
const offsets = [
  0xffff888007a00000n,
  0xffff888007b00000n,
  0xffffffff82000000n,
  0xffffffff82000000n,
];

function numbersOf(...cpus: readonly Registers[]): (number | null)[] {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x1000 }] });
  for (const [number, offset] of offsets.entries()) {
    memory.writeUint64(8 * number, offset);
  }
  const view = {
    dump: memoryDump({ memory, architecture: x8664, layout: x8664Layout, cpus }),
    root: linearRoot,
    runs: [],
    memory: linearMemory(memory, [
      { virtualAddress: base, physicalAddress: 0, lengthInBytes: 0x1000 },
    ]),
    symbols: symbolList({ __per_cpu_offset: base, next: base + BigInt(8 * offsets.length) }),
  };
  return openKernel(view, locatedKernel()).cpus.map(({ number }) => number);
}

function cpu(cs: bigint, gs_base: bigint, kernel_gs_base: bigint): Registers {
  return new Map(Object.entries({ cs, gs_base, kernel_gs_base }));
}

describe('the CPUs of a kernel', () => {
  const [first = 0n, second = 0n, never = 0n] = offsets;

  it('are numbered by their per-CPU data, in the kernel and while a process runs', () => {
    expect(numbersOf(cpu(kernelMode, second, 0n), cpu(userMode, 0n, first))).to.deep.equal([1, 0]);
  });

  it('are not numbered by what a process may set', () => {
    expect(numbersOf(cpu(userMode, first, second), cpu(kernelMode, first, second))).to.deep.equal([
      1, 0,
    ]);
    expect(numbersOf(cpu(userMode, first, 0n))).to.deep.equal([null]);
    expect(numbersOf(cpu(kernelMode, 0n, first))).to.deep.equal([null]);
  });

  it('have no number where two say the same', () => {
    expect(
      numbersOf(
        cpu(kernelMode, first, 0n),
        cpu(kernelMode, first, 0n),
        cpu(kernelMode, second, 0n),
      ),
    ).to.deep.equal([null, null, 1]);
  });

  it('are numbered by one page of offsets, where the others are of CPUs that cannot be', () => {
    const sizeInBytes = 8 * 8192;
    const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes + 0x1000 }] });
    for (let number = 0; number < 8192; number++) {
      memory.writeUint64(8 * number, offsets[number] ?? never);
    }
    memory.write(sizeInBytes, Uint8Array.of(2));
    const kernel = openKernel(
      {
        dump: memoryDump({
          memory,
          architecture: x8664,
          layout: x8664Layout,
          cpus: [cpu(kernelMode, second, 0n), cpu(kernelMode, never, 0n)],
        }),
        root: linearRoot,
        runs: [],
        memory: linearMemory(memory, [
          { virtualAddress: base, physicalAddress: 0, lengthInBytes: sizeInBytes + 0x1000 },
        ]),
        symbols: symbolList({ __per_cpu_offset: base, nr_cpu_ids: base + BigInt(sizeInBytes) }),
      },
      locatedKernel(),
    );
    expect(kernel.cpus.map(({ number }) => number)).to.deep.equal([1, null]);
    expect(memory.pagesRead).to.equal(2);
  });

  it('have no number by an offset of CPUs that never came up, or in an unknown mode', () => {
    expect(
      numbersOf(
        cpu(kernelMode, never, 0n),
        cpu(kernelMode, 0x1234n, 0n),
        new Map([['gs_base', first]]),
      ),
    ).to.deep.equal([null, null, null]);
  });
});
