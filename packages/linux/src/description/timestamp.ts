import { type KernelView, StructView, tryRead, type VmcoreInfo } from '@vmcorekit/core';

/**
 * Where a kernel keeps its time: `tk_core`, and since Linux 6.17 an array whose first member that
 * is.
 */
const timekeepers = ['tk_core', 'timekeeper_data'] as const;
/** `struct timekeeper` takes less than half of it. */
const searchedInBytes = 1024;
const nanosecondsPerSecond = 1_000_000_000n;
/** A clock before 2000, or after 2200, was never set, or is none. */
const plausible = { from: 946_684_800n, to: 7_258_118_400n } as const;

/**
 * The wall clock of a located kernel when its memory was captured, in seconds since 1970, from its
 * timekeeper; else when it crashed, as VMCOREINFO tells. Null where neither does.
 */
export function timestampOf(view: KernelView | null, vmcoreInfo: VmcoreInfo): number | null {
  for (const name of timekeepers) {
    const address = view?.symbols.find(name)?.address;
    const memory = view?.memory;
    const bytes =
      memory === undefined || address === undefined || memory.wordSizeInBits === 32
        ? undefined
        : tryRead(() => memory.read(address, searchedInBytes));
    const found =
      bytes === undefined || memory === undefined
        ? undefined
        : secondsIn(new StructView(bytes, memory.byteOrder, name));
    if (found !== undefined) {
      return found;
    }
  }
  const crashed = vmcoreInfo.crashTime ?? '';
  return /^[0-9]{1,12}$/.test(crashed) ? Number(crashed) : null;
}

/**
 * Layouts differ from kernel to kernel, but for five members in a row, of which the last three say
 * the same twice: xtime_sec, ktime_sec (their sum, rounded), wall_to_monotonic (seconds,
 * nanoseconds), and offs_real, which is that in nanoseconds with the other sign. Source: Linux,
 * include/linux/timekeeper_internal.h and tk_set_wall_to_mono() in kernel/time/timekeeping.c.
 */
function secondsIn(view: StructView): number | undefined {
  for (let at = 0; at + 40 <= searchedInBytes; at += 8) {
    const [xtime = 0n, ktime = 0n, seconds = 0n, nanoseconds = 0n, offset = 0n] = [
      0, 8, 16, 24, 32,
    ].map((member) => BigInt.asIntN(64, view.uint64(at + member)));
    const rounding = ktime - xtime - seconds;
    if (
      plausible.from <= xtime &&
      xtime < plausible.to &&
      0n <= nanoseconds &&
      nanoseconds < nanosecondsPerSecond &&
      offset === -(seconds * nanosecondsPerSecond + nanoseconds) &&
      (rounding === 0n || rounding === 1n)
    ) {
      return Number(xtime);
    }
  }
  return undefined;
}
