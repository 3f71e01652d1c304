import type { TypeTable } from '@vmcorekit/core';
import type { Workqueue } from './workqueue.ts';

/** Source: Linux, include/linux/workqueue.h: the same in all releases that have the flag. */
const softFlag = 1;
const unboundFlag = 2;
/**
 * For kernels before 6.9, whose enumeration has no name (e563d0a7cdc1 gave it one). WQ_BH came
 * later, WQ_NON_REENTRANT was gone.
 */
const flagNames: ReadonlyMap<string, bigint> = new Map([
  ['WQ_UNBOUND', 1n << 1n],
  ['WQ_FREEZABLE', 1n << 2n],
  ['WQ_MEM_RECLAIM', 1n << 3n],
  ['WQ_HIGHPRI', 1n << 4n],
  ['WQ_CPU_INTENSIVE', 1n << 5n],
  ['WQ_SYSFS', 1n << 6n],
  ['WQ_POWER_EFFICIENT', 1n << 7n],
  ['__WQ_DESTROYING', 1n << 15n],
  ['__WQ_DRAINING', 1n << 16n],
  ['__WQ_ORDERED', 1n << 17n],
  ['__WQ_LEGACY', 1n << 18n],
  ['__WQ_ORDERED_EXPLICIT', 1n << 19n],
]);

/** The names of the flags of a workqueue, lowest bit first; bits without a name in hexadecimal. */
export function queueFlagsOf(types: TypeTable, flags: number): string[] {
  const known = types.enumeration('wq_flags') ?? flagNames;
  const names: string[] = [];
  for (let bit = 0; bit < 32; bit++) {
    const value = 1n << BigInt(bit);
    if ((BigInt(flags) & value) !== 0n) {
      const name = [...known].find(([, each]) => each === value)?.[0];
      names.push(
        name === undefined
          ? `0x${value.toString(16)}`
          : name.replace(/^(__)?WQ_/, '').toLowerCase(),
      );
    }
  }
  return names;
}

export function queueKindOf(flags: number): Workqueue['kind'] {
  if ((flags & softFlag) !== 0) {
    return 'soft';
  }
  return (flags & unboundFlag) === 0 ? 'per-CPU' : 'unbound';
}
