import type { Kernel } from '@vmcorekit/core';
import { kernelClockOf } from '../timers/kernel-clock.ts';

/** Says how many seconds ago a point in time in jiffies was; null where that is not known. */
export type SecondsSince = (jiffies: bigint) => number | null;

export function secondsSinceOf(kernel: Kernel): SecondsSince {
  const { jiffies, ticksPerSecond } = kernelClockOf(kernel);
  return (then) =>
    jiffies.value === null || ticksPerSecond.value === null
      ? null
      : Number(BigInt.asIntN(kernel.memory.wordSizeInBits, jiffies.value - then)) /
        ticksPerSecond.value;
}
