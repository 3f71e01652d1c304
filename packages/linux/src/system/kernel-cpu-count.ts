import { tryRead } from '@vmcorekit/core';
import { bitmapSizeInBytes, setBits } from '../containers/bitmap.ts';
import { type Fact, notProved, proved } from './fact.ts';
import { readVariable, type Variables } from './read-variable.ts';

/** The most CPUs that Linux supports (NR_CPUS on x86-64). */
export const maxCpus = 8192;

/** How many CPUs a kernel counts. */
export interface KernelCpuCounts {
  /** A panic takes the CPUs that it stops out of this count. */
  readonly online: Fact<number>;
  /** Those that are plugged in, whether they run or not. */
  readonly present: Fact<number>;
}

/** The names of each mask since Linux 4.5, and before. */
export const cpuMasks = {
  online: ['__cpu_online_mask', 'cpu_online_bits'],
  present: ['__cpu_present_mask', 'cpu_present_bits'],
  possible: ['__cpu_possible_mask', 'cpu_possible_bits'],
} as const;

/**
 * Counts the bits of the kernel's CPU masks. A CPU that is online is present, and one that is
 * present is possible; `__num_online_cpus` (since 5.4) has the same count again. Where these do not
 * agree, nothing is proved. Source: Linux, kernel/cpu.c (`__cpu_online_mask`), kernel/smp.c
 * (`nr_cpu_ids`, an unsigned int).
 */
export function kernelCpuCountsOf(kernel: Variables): KernelCpuCounts {
  const { memory, symbols } = kernel;
  const { online, present, possible } = cpuMasks;
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
    const count = [...setBits(mask, length * 8, kernel.memory)].length;
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
function maskLength(kernel: Variables): number | undefined {
  const count = possibleCpuLimit(kernel);
  return count === undefined ? undefined : bitmapSizeInBytes(count, kernel.memory.wordSizeInBits);
}

/** One more than the highest number that a CPU may have. */
export function possibleCpuLimit({ memory, symbols }: Variables): number | undefined {
  const address = symbols.find('nr_cpu_ids')?.address;
  const count = address === undefined ? undefined : tryRead(() => memory.readUint32(address));
  return count === undefined || count < 1 || count > maxCpus ? undefined : count;
}
