import { tryRead } from '@vmcorekit/core';
import type { Timekeeper } from '../description/timekeeper.ts';
import { type Fact, notProved, proved } from './fact.ts';
import type { Variables } from './read-variable.ts';

/** What a kernel may be built with. Source: Linux, kernel/Kconfig.hz and the architectures'. */
const frequencies = [24, 48, 100, 128, 200, 250, 256, 300, 500, 512, 1000, 1024, 1200] as const;
/** Jiffies begin five minutes before they wrap at 32 bits (INITIAL_JIFFIES). */
const wrap = 2n ** 32n;
const secondsBeforeWrap = 300;
/** Ticks are counted from a little earlier or later than the clock. */
const toleranceInSeconds = 2;

/**
 * For how many whole seconds the kernel ran, suspended or not, as /proc/uptime says it. The
 * timekeeper says so, and the count of ticks must agree, where it can be read, at one of the
 * frequencies that Linux knows. Both stop where no tick comes: on a machine that is idle, or hangs.
 * Source: Linux, include/linux/jiffies.h (INITIAL_JIFFIES), kernel/time/timer.c (`jiffies_64`).
 */
export function uptimeOf(
  { memory, symbols }: Variables,
  timekeeper: Timekeeper | undefined,
): Fact<number> {
  if (timekeeper === undefined) {
    return notProved("the kernel's timekeeper cannot be found or read");
  }
  const { from, monotonicInSeconds, bootTimeInSeconds } = timekeeper;
  if (bootTimeInSeconds === null) {
    return notProved(`${from} does not prove for how long the machine was suspended`);
  }
  const address = symbols.find('jiffies_64')?.address;
  const jiffies = address === undefined ? undefined : tryRead(() => memory.readUint64(address));
  if (jiffies === undefined) {
    return proved(bootTimeInSeconds, from);
  }
  return frequencies.some(
    (hz) =>
      Math.abs(Number(jiffies - wrap) / hz + secondsBeforeWrap - monotonicInSeconds) <=
      toleranceInSeconds,
  )
    ? proved(bootTimeInSeconds, `${from} and jiffies_64`)
    : notProved(`${from} says ${monotonicInSeconds} s, and jiffies_64 does not agree`);
}
