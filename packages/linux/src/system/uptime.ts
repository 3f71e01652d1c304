import type { Kernel } from '@vmcorekit/core';
import type { Timekeeper } from '../description/timekeeper.ts';
import { type Fact, notProved, proved } from './fact.ts';
import type { Variables } from './read-variable.ts';
import { isRunFor, tickFrequencies, ticksOf } from './ticks.ts';

/**
 * For how many whole seconds the kernel ran, suspended or not, as /proc/uptime says it. The
 * timekeeper says so, and the count of ticks must agree, where it can be read, at one of the
 * frequencies that Linux knows. Both stop where no tick comes: on a machine that is idle, or hangs.
 */
export function uptimeOf(
  kernel: Variables & Pick<Kernel, 'dump'>,
  timekeeper: Timekeeper | undefined,
): Fact<number> {
  if (timekeeper === undefined) {
    return notProved("the kernel's timekeeper cannot be found or read");
  }
  const { from, monotonicInSeconds, bootTimeInSeconds } = timekeeper;
  if (bootTimeInSeconds === null) {
    return notProved(`${from} does not prove for how long the machine was suspended`);
  }
  const ticks = ticksOf(kernel);
  if (ticks === undefined) {
    return proved(bootTimeInSeconds, from);
  }
  return tickFrequencies.some((hz) => isRunFor(kernel, ticks, hz, monotonicInSeconds))
    ? proved(bootTimeInSeconds, `${from} and jiffies_64`)
    : notProved(`${from} says ${monotonicInSeconds} s, and jiffies_64 does not agree`);
}
