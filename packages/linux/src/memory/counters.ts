import type { Kernel } from '@vmcorekit/core';
import { perCpuParts } from '../containers/index.ts';
import { type ArrayPlace, sumOf } from './longs.ts';

/** Counters of the kernel by the index of an enumeration. */
export interface Counters {
  /** What is folded in, as the kernel's own /proc shows it. */
  readonly folded: readonly bigint[];
  /**
   * What the CPUs still keep for themselves; added, the sum is exact. Null where a part cannot be
   * read.
   */
  readonly pending: readonly bigint[] | null;
}

/** The sum over all possible CPUs: one that went offline has given its part away. */
export function pendingOf(
  kernel: Kernel,
  perCpu: bigint | null,
  at: ArrayPlace | undefined,
  read: (memory: Kernel['memory'], at: bigint, count: number) => bigint[],
): readonly bigint[] | null {
  if (perCpu === null || perCpu === 0n || at === undefined) {
    return null;
  }
  const { offset, count } = at;
  const parts = perCpuParts(kernel, perCpu, (copy) => read(kernel.memory, copy + offset, count));
  return parts === undefined ? null : sumOf(...parts);
}
