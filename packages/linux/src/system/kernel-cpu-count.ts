import { type KernelMemory, tryRead } from '@vmcorekit/core';
import { maxCpus } from '../kernel-cpus.ts';
import { type Fact, notProved, proved } from './fact.ts';
import { readVariable, type Variables } from './read-variable.ts';

/** How many CPUs a kernel counts. */
export interface KernelCpuCounts {
  /** A panic takes the CPUs that it stops out of this count. */
  readonly online: Fact<number>;
  /** Those that are plugged in, whether they run or not. */
  readonly present: Fact<number>;
}

/** The names of the masks since Linux 4.5, and before. */
const online = ['__cpu_online_mask', 'cpu_online_bits'] as const;
const present = ['__cpu_present_mask', 'cpu_present_bits'] as const;
const possible = ['__cpu_possible_mask', 'cpu_possible_bits'] as const;

/**
 * Counts the bits of the kernel's CPU masks. A CPU that is online is present, and one that is
 * present is possible; `__num_online_cpus` (since 5.4) has the same count again. Where these do not
 * agree, nothing is proved. Source: Linux, kernel/cpu.c (`__cpu_online_mask`), kernel/smp.c
 * (`nr_cpu_ids`, an unsigned int).
 */
export function kernelCpuCountsOf(kernel: Variables): KernelCpuCounts {
  const { memory, symbols } = kernel;
  const counter = symbols.find('__num_online_cpus')?.address;
  const counted = counter === undefined ? undefined : tryRead(() => memory.readInt32(counter));
  return {
    online: maskCount(kernel, online, present, counted),
    present: maskCount(kernel, present, possible, undefined),
  };
}

function maskCount(
  kernel: Variables,
  names: readonly string[],
  within: readonly string[],
  counted: number | undefined,
): Fact<number> {
  const length = maskLength(kernel);
  if (length === undefined) {
    return notProved('nr_cpu_ids does not say how long the masks of CPUs are');
  }
  const outer = readVariable(kernel, within, (address, name) =>
    proved(kernel.memory.read(address, length), name),
  );
  return readVariable(kernel, names, (address, name): Fact<number> => {
    const mask = kernel.memory.read(address, length);
    const count = bitCount(mask);
    if (count === 0) {
      return notProved(`${name} is empty`);
    }
    const { value } = outer;
    if (value !== null && mask.some((byte, at) => (byte & ~(value[at] ?? 0)) !== 0)) {
      return notProved(`${name} has CPUs that ${outer.from} has not`);
    }
    return counted === undefined || counted === count
      ? proved(count, name)
      : notProved(`${name} has ${count}, __num_online_cpus ${counted}`);
  });
}

/** In bytes: whole words, as the kernel keeps them. */
function maskLength({ memory, symbols }: Variables): number | undefined {
  const address = symbols.find('nr_cpu_ids')?.address;
  const count = address === undefined ? undefined : tryRead(() => memory.readUint32(address));
  return count === undefined || count < 1 || count > maxCpus ? undefined : wordsFor(count, memory);
}

function wordsFor(bits: number, { wordSizeInBits }: KernelMemory): number {
  return Math.ceil(bits / wordSizeInBits) * (wordSizeInBits / 8);
}

function bitCount(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => {
    let bits = 0;
    for (let rest = byte; rest !== 0; rest &= rest - 1) {
      bits++;
    }
    return sum + bits;
  }, 0);
}
