import type { Dump, Kernel, LocatedKernel } from '@vmcorekit/core';
import type { Timekeeper } from '../description/timekeeper.ts';
import { crashTimeOf, lastSecond } from '../description/timestamp.ts';
import { isVmcoreInfoOf } from '../vmcoreinfo/vmcoreinfo-of-kernel.ts';
import { type Fact, notProved, proved } from './fact.ts';

/**
 * When the kernel crashed, in seconds since 1970: CRASHTIME, which a kernel writes on its way to
 * the capture kernel. Where no kernel was found, what the file says counts.
 */
export function crashTimeIn(
  dump: Dump,
  located: LocatedKernel | null,
  kernel: Kernel | null,
): Fact<number> {
  const { vmcoreinfo } = dump;
  const isOfKernel =
    vmcoreinfo !== null &&
    (located === null || isVmcoreInfoOf(dump, vmcoreinfo, located, kernel?.symbols ?? null));
  const own = kernel === null ? undefined : crashTimeOf(kernel.vmcoreinfo);
  const stated = isOfKernel ? crashTimeOf(vmcoreinfo) : undefined;
  return own !== undefined
    ? proved(own, "the kernel's VMCOREINFO")
    : stated !== undefined
      ? proved(stated, "the file's VMCOREINFO")
      : notProved('no VMCOREINFO of this kernel has CRASHTIME, which only kdump writes');
}

/** What the wall clock stood at, in seconds since 1970. */
export function wallClockIn(timekeeper: Timekeeper | undefined): Fact<number> {
  return timekeeper === undefined
    ? notProved("the kernel's timekeeper cannot be found or read")
    : proved(timekeeper.wallClockInSeconds, timekeeper.from);
}

/** When the file's header says the dump was taken, in seconds since 1970. */
export function headerTimeIn({ image }: Dump): Fact<number> {
  const seconds = image.facts?.timestampInSeconds?.value ?? 0;
  return seconds < 1
    ? notProved('the file states no time')
    : seconds > lastSecond
      ? notProved("the file's header holds no time")
      : proved(seconds, "the file's header");
}
