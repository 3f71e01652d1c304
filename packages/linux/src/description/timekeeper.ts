import { type KernelView, StructView, tryRead } from '@vmcorekit/core';

/**
 * Where a kernel keeps its time: `tk_core`, and since Linux 6.17 an array whose first member that
 * is.
 */
const timekeepers = ['tk_core', 'timekeeper_data'] as const;
/** `struct timekeeper` takes less than half of it. */
const searchedInBytes = 1024;
const wordsInPattern = 7;
const nanosecondsPerSecond = 1_000_000_000n;
/** A clock before 2000, or after 2200, was never set, or is none. */
const plausible = { from: 946_684_800n, to: 7_258_118_400n } as const;
/** Leap seconds since 1972 are 27; `adjtimex` takes any number. */
const maxTaiOffset = 1000n;

/** What a kernel's clocks stood at when they were last brought up to date. */
export interface Timekeeper {
  /** The variable that it was read from. */
  readonly from: string;
  /** The wall clock, in seconds since 1970. */
  readonly wallClockInSeconds: number;
  /** CLOCK_MONOTONIC: whole seconds since the start, without the time that it was suspended. */
  readonly monotonicInSeconds: number;
  /** CLOCK_BOOTTIME: with it. Null where the time it was suspended is not proved. */
  readonly bootTimeInSeconds: number | null;
}

/** A kernel's timekeeper; undefined where none is found, and on 32-bit kernels. */
export function timekeeperOf({
  memory,
  symbols,
}: Pick<KernelView, 'memory' | 'symbols'>): Timekeeper | undefined {
  for (const name of timekeepers) {
    const address = symbols.find(name)?.address;
    const bytes =
      address === undefined || memory.wordSizeInBits === 32
        ? undefined
        : tryRead(() => memory.read(address, searchedInBytes));
    const found =
      bytes === undefined ? undefined : clocksIn(new StructView(bytes, memory.byteOrder, name));
    if (found !== undefined) {
      return { from: name, ...found };
    }
  }
  return undefined;
}

/**
 * Layouts differ from kernel to kernel, but for seven words in a row, of which some say the same
 * twice: xtime_sec, ktime_sec (CLOCK_MONOTONIC: the sum of xtime_sec and wall_to_monotonic,
 * rounded), wall_to_monotonic (seconds, nanoseconds), offs_real, which is that in nanoseconds with
 * the other sign, offs_boot (nanoseconds suspended), and offs_tai, which is offs_real and whole
 * seconds. Source: Linux, include/linux/timekeeper_internal.h (since 3.19), and
 * tk_set_wall_to_mono() and tk_update_ktime_data() in kernel/time/timekeeping.c.
 */
function clocksIn(view: StructView): Omit<Timekeeper, 'from'> | undefined {
  for (let at = 0; at + 8 * wordsInPattern <= searchedInBytes; at += 8) {
    const [xtime = 0n, ktime = 0n, seconds = 0n, nanoseconds = 0n, real = 0n, boot = 0n, tai = 0n] =
      Array.from({ length: wordsInPattern }, (_, index) =>
        BigInt.asIntN(64, view.uint64(at + 8 * index)),
      );
    const rounding = ktime - xtime - seconds;
    if (
      plausible.from <= xtime &&
      xtime < plausible.to &&
      0n <= nanoseconds &&
      nanoseconds < nanosecondsPerSecond &&
      real === -(seconds * nanosecondsPerSecond + nanoseconds) &&
      (rounding === 0n || rounding === 1n)
    ) {
      const taiOffset = tai - real;
      const isSuspensionProved =
        0n <= boot &&
        boot / nanosecondsPerSecond < xtime &&
        taiOffset % nanosecondsPerSecond === 0n &&
        0n <= taiOffset &&
        taiOffset / nanosecondsPerSecond <= maxTaiOffset;
      return {
        wallClockInSeconds: Number(xtime),
        monotonicInSeconds: Number(ktime),
        bootTimeInSeconds: isSuspensionProved ? Number(ktime + boot / nanosecondsPerSecond) : null,
      };
    }
  }
  return undefined;
}
