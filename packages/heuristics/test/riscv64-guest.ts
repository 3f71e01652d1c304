import { riscv64 } from '@vmcorekit/architectures';
import type { Dump, Registers } from '@vmcorekit/core';
import { riscv64Layout } from '@vmcorekit/linux';
import { memoryDump, Riscv64TableBuilder, SparseMemory } from '@vmcorekit/testing';

const ram = 0x8000_0000;
const windowStart = 0xffff_ffff_8000_0000n;
const linearStart = 0xffff_af80_0000_0000n;
const levels = 4;

/** Where a guest has two kernels' images, one of them in the other's reserve, and processes. */
export const riscv64Places = {
  crashed: { image: ram + 0x20_0000, process: ram + 0x380_0000 },
  capture: { image: ram + 0x240_0000, process: ram + 0x390_0000 },
} as const;
type Place = (typeof riscv64Places)[keyof typeof riscv64Places];

/** The offset of the kernel's root in its image. */
const rootOffset = 0x18_0000;
export const rootOf = ({ image }: Place): number => image + rootOffset;
export const imageOffsetOf = ({ image }: Place): bigint => windowStart - BigInt(image);

/** Memory with two kernels of four levels, and a process of each, whose root has its entries. */
export function riscv64Memory(): SparseMemory {
  const memory = new SparseMemory({ ranges: [{ start: ram, end: ram + 0x400_0000 }] });
  for (const place of Object.values(riscv64Places)) {
    writeKernel(memory, place);
  }
  return memory;
}

function writeKernel(memory: SparseMemory, place: Place): void {
  const { image, process } = place;
  const tables = new Riscv64TableBuilder(memory, {
    levels,
    root: rootOf(place),
    tablesFrom: rootOf(place) - 0x4_0000,
  });
  for (const [from, to, rights] of [
    [0, 0x8_0000, { isExecutable: true }],
    [0x8_0000, 0x10_0000, {}],
    [0x10_0000, 0x20_0000, { isWritable: true }],
  ] as const) {
    tables.map({
      virtualAddress: windowStart + BigInt(from),
      physicalAddress: image + from,
      lengthInBytes: to - from,
      ...rights,
    });
  }
  tables.map({
    virtualAddress: linearStart,
    physicalAddress: ram,
    lengthInBytes: 0x400_0000,
    level: 2,
    isWritable: true,
  });
  const shared = memory.read(rootOf(place), 0x1000);
  new Riscv64TableBuilder(memory, {
    levels,
    root: process,
    tablesFrom: process + 0x1000,
  }).map({ virtualAddress: 0x1_0000n, physicalAddress: ram, lengthInBytes: 0x1000 });
  memory.write(process + 0x800, shared.subarray(0x800));
}

/** Registers of a CPU with the root at that place, at an address of the kernel's text. */
export function riscv64Cpu(root: number, pc: bigint = windowStart + 0x1000n): Registers {
  return new Map([
    ['satp', (9n << 60n) | (7n << 44n) | BigInt(root / 0x1000)],
    ['pc', pc],
  ]);
}

export function riscv64Dump(memory: SparseMemory, cpus: readonly Registers[]): Dump {
  return memoryDump({ memory, architecture: riscv64, layout: riscv64Layout, cpus });
}
