import { type KernelMemory, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { type Fact, notProved, proved } from '../system/fact.ts';
import { cpuMasks, possibleCpuLimit } from '../system/kernel-cpu-count.ts';
import { readVariable } from '../system/read-variable.ts';
import { readFilled } from '../zero-page.ts';
import { bitmapSizeInBytes, setBits } from './bitmap.ts';
import { perTypes, unknownLayout } from './layout.ts';
import type { Containers } from './walk.ts';

/** Where the members of `struct percpu_counter` lie; one for one CPU has the count alone. */
const counterLayoutOf = perTypes((types) => {
  const struct = types.struct('percpu_counter');
  return { count: struct?.member('count'), counters: struct?.member('counters') };
});

/** What a kernel keeps of its CPUs, read once. */
export interface PerCpu {
  /**
   * The numbers of the CPUs that have per-CPU data, ascending. Sums go over these: never over the
   * online ones, because a panic takes the CPUs that it stops out of that mask.
   */
  readonly possible: Fact<readonly number[]>;
  /** Those that are plugged in. */
  readonly present: Fact<readonly number[]>;
  /** By number, what is added to a per-CPU address; only of possible CPUs. */
  readonly offsets: Fact<ReadonlyMap<number, bigint>>;
}

/** The CPUs of a kernel and their per-CPU data, read when first asked for. */
export const perCpuOf: (kernel: Containers) => PerCpu = perKernel<PerCpu, Containers>((kernel) => {
  const possible = maskOf(kernel, cpuMasks.possible);
  return {
    possible,
    present: maskOf(kernel, cpuMasks.present),
    offsets: offsetsOf(kernel, possible),
  };
});

/**
 * Where CPU `cpu` has its copy of a per-CPU variable or of a dynamic per-CPU pointer
 * (`percpu_counter.counters`): the same offset is added to both. Undefined where the CPU is not a
 * possible one, or its offset is unknown. Source: Linux, include/asm-generic/percpu.h.
 */
export function perCpuAddress(
  kernel: Containers,
  address: VirtualAddress,
  cpu: number,
): VirtualAddress | undefined {
  const offset = perCpuOf(kernel).offsets.value?.get(cpu);
  return offset === undefined
    ? undefined
    : BigInt.asUintN(kernel.memory.wordSizeInBits, address + offset);
}

/** The same by the variable's name; undefined also where no symbol has it. */
export function perCpuVariable(
  kernel: Containers,
  name: string,
  cpu: number,
): VirtualAddress | undefined {
  const symbol = kernel.symbols.find(name);
  return symbol === undefined ? undefined : perCpuAddress(kernel, symbol.address, cpu);
}

/**
 * The pointer that a CPU has in its copy of a per-CPU variable, at an offset in bytes. Undefined
 * where the copy is not known or cannot be read.
 */
export function perCpuPointer(
  kernel: Containers,
  name: string,
  cpu: number,
  offset = 0,
): VirtualAddress | undefined {
  const at = perCpuVariable(kernel, name, cpu);
  return at === undefined
    ? undefined
    : tryRead(() => kernel.memory.readPointer(at + BigInt(offset)));
}

/**
 * What `read` makes of the copy of each possible CPU, for a sum over all of them. Undefined where
 * the CPUs are not known or one of the copies cannot be read.
 */
export function perCpuParts<Part>(
  kernel: Containers,
  address: VirtualAddress,
  read: (copy: VirtualAddress) => Part | undefined,
): Part[] | undefined {
  const parts: Part[] = [];
  const cpus = perCpuOf(kernel).possible.value;
  for (const cpu of cpus ?? []) {
    const copy = perCpuAddress(kernel, address, cpu);
    const part = copy === undefined ? undefined : tryRead(() => read(copy));
    if (part === undefined) {
      return undefined;
    }
    parts.push(part);
  }
  return cpus === null ? undefined : parts;
}

/**
 * The exact value of a `struct percpu_counter`: its count and the part of each possible CPU, which
 * is an s32. Not proved where a part cannot be read. Source: Linux, lib/percpu_counter.c
 * (__percpu_counter_sum).
 */
export function percpuCounterSum(kernel: Containers, counter: VirtualAddress): Fact<bigint> {
  const { memory, types } = kernel;
  const { count, counters } = counterLayoutOf(kernel);
  if (count === undefined) {
    return notProved(unknownLayout(types, 'struct percpu_counter'));
  }
  const base = tryRead(() => filledInteger(memory, counter + BigInt(count.offsetInBytes), 8));
  if (base === undefined) {
    return notProved('the counter cannot be read');
  }
  if (counters === undefined) {
    return proved(base, 'percpu_counter');
  }
  const { possible } = perCpuOf(kernel);
  if (possible.value === null) {
    return possible;
  }
  const pointer = tryRead(() => memory.readPointer(counter + BigInt(counters.offsetInBytes)));
  let sum = base;
  for (const cpu of possible.value) {
    const at = pointer === undefined ? undefined : perCpuAddress(kernel, pointer, cpu);
    const part = at === undefined ? undefined : tryRead(() => filledInteger(memory, at, 4));
    if (part === undefined) {
      return notProved(`the part of CPU ${cpu} cannot be read`);
    }
    sum += part;
  }
  return proved(sum, 'percpu_counter');
}

/** A signed integer; throws as `readFilled` does. */
function filledInteger(memory: KernelMemory, at: VirtualAddress, sizeInBytes: 4 | 8): bigint {
  readFilled(memory, at, sizeInBytes);
  return sizeInBytes === 4 ? BigInt(memory.readInt32(at)) : memory.readInt64(at);
}

/** The numbers in a mask of CPUs. */
function maskOf(kernel: Containers, names: readonly string[]): Fact<readonly number[]> {
  const { memory } = kernel;
  const count = possibleCpuLimit(kernel);
  if (count === undefined) {
    return isForOneCpu(kernel)
      ? proved([0], 'percpu_counter')
      : notProved('nr_cpu_ids does not say how long the masks of CPUs are');
  }
  return readVariable(kernel, names, (address, name) => {
    const mask = memory.read(address, bitmapSizeInBytes(count, memory.wordSizeInBits));
    const numbers = [...setBits(mask, count, memory)];
    return numbers.length === 0 ? notProved(`${name} is empty`) : proved(numbers, name);
  });
}

function offsetsOf(
  kernel: Containers,
  possible: Fact<readonly number[]>,
): Fact<ReadonlyMap<number, bigint>> {
  const { memory } = kernel;
  if (possible.value === null) {
    return possible;
  }
  const numbers = possible.value;
  if (possibleCpuLimit(kernel) === undefined) {
    return proved(new Map(numbers.map((cpu) => [cpu, 0n])), possible.from);
  }
  return readVariable(kernel, ['__per_cpu_offset'], (address, name) => {
    const offsets = new Map<number, bigint>();
    for (const cpu of numbers) {
      const at = address + BigInt((cpu * memory.wordSizeInBits) / 8);
      const offset = tryRead(() => memory.readPointer(at));
      if (offset !== undefined) {
        offsets.set(cpu, offset);
      }
    }
    return offsets.size === 0 ? notProved(`${name} cannot be read`) : proved(offsets, name);
  });
}

/**
 * Without CONFIG_SMP, a per-CPU variable is a plain one, and a counter has no parts. Source: Linux,
 * include/linux/percpu_counter.h.
 */
function isForOneCpu(kernel: Pick<Containers, 'memory' | 'types'>): boolean {
  const { count, counters } = counterLayoutOf(kernel);
  return count !== undefined && counters === undefined;
}
