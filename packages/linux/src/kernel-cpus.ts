import { type KernelCpu, type KernelView, tryRead } from '@vmcorekit/core';

/** As many as Linux has at the most (NR_CPUS on x86-64). */
export const maxCpus = 8192;

/**
 * The CPUs of a dump with the numbers their kernel gives them: `__per_cpu_offset` lists the offsets
 * of per-CPU data by number, and each CPU's registers hold its own. Where nothing proves a number
 * it is null.
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
    // Two CPUs of one number: at least one of them is not what it says.
    const isAlone = told.indexOf(number) === told.lastIndexOf(number);
    return { ...cpu, number: isAlone ? number : null };
  });
}

/**
 * None is at offset 0. CPUs that never came up have the offset of the first one's template, so only
 * offsets of one CPU count.
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
