import { type Cpu, type KernelCpu, type KernelView, tryRead } from '@vmcorekit/core';

/** Linux has at most 8192 CPUs (NR_CPUS on x86-64). */
const maxCpus = 8192;

/**
 * The CPUs of a dump with the numbers their kernel gives them. On x86-64 a CPU's GS base in the kernel
 * is the offset of its own per-CPU data, which `__per_cpu_offset` lists by number; in user mode it is
 * kept as `kernel_gs_base`. Where nothing proves a number it is null.
 * Source: Linux, arch/x86/kernel/setup_percpu.c, arch/x86/entry/calling.h.
 */
export function kernelCpus(view: KernelView): KernelCpu[] {
  const numbers = view.dump.architecture?.name === 'x86_64' ? numbersByOffset(view) : new Map<bigint, number>();
  return view.dump.cpus.map((cpu) => ({ ...cpu, number: numberOf(cpu, numbers) }));
}

function numberOf({ registers }: Cpu, numbers: ReadonlyMap<bigint, number>): number | null {
  for (const name of ['gs_base', 'kernel_gs_base']) {
    const base = registers.get(name);
    const number = base === undefined || base === 0n ? undefined : numbers.get(base);
    if (number !== undefined) {
      return number;
    }
  }
  return null;
}

/** CPUs that never came up have the offset of the first one's template, so only offsets of one CPU count. */
function numbersByOffset({ memory, symbols }: KernelView): ReadonlyMap<bigint, number> {
  const array = symbols.find('__per_cpu_offset');
  const count = Math.min(maxCpus, Math.floor((array?.sizeInBytes ?? 0) / 8));
  const numbers = new Map<bigint, number>();
  const repeated = new Set<bigint>();
  for (let number = 0; array !== undefined && number < count; number++) {
    const offset = tryRead(() => memory.readUint64(array.address + BigInt(8 * number)));
    if (offset !== undefined && numbers.has(offset)) {
      repeated.add(offset);
    } else if (offset !== undefined) {
      numbers.set(offset, number);
    }
  }
  for (const offset of repeated) {
    numbers.delete(offset);
  }
  return numbers;
}
