import { type Kernel, tryRead } from '@vmcorekit/core';
import type { Variables } from './read-variable.ts';

/**
 * HZ: the ticks a second that a kernel may be built with. Source: Linux, kernel/Kconfig.hz and the
 * architectures'.
 */
export const tickFrequencies: readonly number[] = [
  24, 48, 100, 128, 200, 250, 256, 300, 500, 512, 1000, 1024, 1200,
];
/** Jiffies begin five minutes before they wrap at 32 bits (INITIAL_JIFFIES). */
const wrap = 2n ** 32n;
const secondsBeforeWrap = 300;
/** Ticks are counted from a little earlier or later than the clock. */
const toleranceInSeconds = 2;
/**
 * By how much the clock may be ahead of them: on s390x it begins with the machine's boot, before
 * the kernel. Source: Linux, arch/s390/kernel/time.c (read_persistent_wall_and_boot_offset).
 */
const mostSecondsAhead: Readonly<Record<string, number>> = { s390x: 60 };

/** The count of ticks; undefined where it cannot be found or read. */
export function ticksOf({ memory, symbols }: Variables): bigint | undefined {
  const address = symbols.find('jiffies_64')?.address;
  return address === undefined ? undefined : tryRead(() => memory.readUint64(address));
}

/**
 * Whether a count of ticks at a frequency is that of a kernel that ran for so long. Source: Linux,
 * include/linux/jiffies.h (INITIAL_JIFFIES), kernel/time/timer.c (`jiffies_64`).
 */
export function isRunFor(
  { dump }: Pick<Kernel, 'dump'>,
  ticks: bigint,
  hz: number,
  seconds: number,
): boolean {
  const ahead = seconds - (Number(ticks - wrap) / hz + secondsBeforeWrap);
  const most = mostSecondsAhead[dump.architecture?.name ?? ''] ?? toleranceInSeconds;
  return -toleranceInSeconds <= ahead && ahead <= most;
}
