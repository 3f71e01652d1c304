import { type KernelCpu, type KernelView, tryRead } from '@vmcorekit/core';

/** The most CPUs that Linux supports (NR_CPUS on x86-64). */
export const maxCpus = 8192;

/**
 * The CPUs of a dump with their kernel's numbers. `__per_cpu_offset` lists the offsets of per-CPU
 * data by number, and each CPU's registers hold its own offset. The number is null where nothing
 * proves it.
 */
export function kernelCpus(view: KernelView): KernelCpu[] {
  const { cpus, layout } = view.dump;
  const numbers =
    layout?.perCpuOffsetIn === undefined ? new Map<bigint, number>() : numbersByOffset(view);
  const told = cpus.map(
    ({ registers }) => numbers.get(layout?.perCpuOffsetIn?.(registers) ?? 0n) ?? null,
  );
  return cpus.map((cpu, index) => {
    const number = told[index] ?? null;
    // Two CPUs share a number, so at least one of them is wrong.
    const isAlone = told.indexOf(number) === told.lastIndexOf(number);
    return { ...cpu, number: isAlone ? number : null };
  });
}

/**
 * No CPU has offset 0. CPUs that never came up share the offset of the first one's template, so
 * only offsets of a single CPU count.
 */
function numbersByOffset({ memory, symbols }: KernelView): ReadonlyMap<bigint, number> {
  const array = symbols.find('__per_cpu_offset');
  const count = Math.min(maxCpus, Math.floor((array?.sizeInBytes ?? 0) / 8));
  const numbers = new Map<bigint, number>();
  const repeated = new Set<bigint>();
  for (let number = 0; array !== undefined && number < count; number++) {
    const offset = tryRead(() => memory.readUint64(array.address + BigInt(8 * number)));
    if (offset === 0n) {
      continue;
    }
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
