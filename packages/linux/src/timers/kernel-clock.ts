import type { Kernel } from '@vmcorekit/core';
import { timekeeperOf } from '../description/timekeeper.ts';
import { number, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { type Fact, notProved, proved } from '../system/fact.ts';
import { isRunFor, tickFrequencies, ticksOf } from '../system/ticks.ts';

const nanosecondsPerSecond = 1_000_000_000n;
/** The sequence counter before the timekeeper is one word or two, in any configuration fewer. */
const maxPaddingInBytes = 64;
/** An interval is rounded to cycles of the clock source, and frequencies differ by 2.4 percent. */
const intervalTolerance = 0.01;

/** What the clocks of a kernel stood at when they were last brought up to date, at a tick. */
export interface KernelClock {
  /** Of CLOCK_MONOTONIC, in nanoseconds. */
  readonly monotonic: Fact<bigint>;
  readonly jiffies: Fact<bigint>;
  /** HZ. */
  readonly ticksPerSecond: Fact<number>;
}

/**
 * Reads the clocks. HZ is what the timekeeper's interval says (NTP_INTERVAL_FREQ is HZ), and the
 * count of jiffies must agree. Source: Linux, include/linux/timekeeper_internal.h, timex.h.
 */
export function kernelClockOf(kernel: Clocked): KernelClock {
  const ticks = ticksOf(kernel);
  const jiffies =
    ticks === undefined
      ? notProved('jiffies_64 cannot be found or read')
      : proved(ticks, 'jiffies_64');
  const keeper = timekeeperIn(kernel);
  if (typeof keeper === 'string') {
    return { monotonic: notProved(keeper), jiffies, ticksPerSecond: notProved(keeper) };
  }
  const { from, monotonic } = keeper;
  return {
    monotonic: proved(monotonic, from),
    jiffies,
    ticksPerSecond: frequencyOf(kernel, ticks, keeper),
  };
}

function frequencyOf(
  kernel: Clocked,
  ticks: bigint | undefined,
  { from, monotonic, intervalInNanoseconds }: Kept,
): Fact<number> {
  const measured = Number(nanosecondsPerSecond) / intervalInNanoseconds;
  const hz = tickFrequencies.find((each) => Math.abs(measured / each - 1) < intervalTolerance);
  if (hz === undefined) {
    return notProved(`the interval of ${from} is that of no frequency that Linux knows`);
  }
  if (ticks === undefined) {
    return notProved('jiffies_64 cannot be read, so nothing confirms the frequency');
  }
  const seconds = Number(monotonic) / Number(nanosecondsPerSecond);
  return isRunFor(kernel, ticks, hz, seconds)
    ? proved(hz, `${from} and jiffies_64`)
    : notProved(`the interval of ${from} says ${hz} Hz, and jiffies_64 does not agree`);
}

type Clocked = Pick<Kernel, 'dump' | 'memory' | 'symbols' | 'types' | 'located'>;

interface Kept {
  readonly from: string;
  readonly monotonic: bigint;
  readonly intervalInNanoseconds: number;
}

/**
 * `struct timekeeper` lies after a sequence counter in a structure without a name. Where it lies is
 * proved by its seconds, which a search that knows no types has found as well.
 */
function timekeeperIn(kernel: Clocked): Kept | string {
  const found = timekeeperOf(kernel);
  const start = found === undefined ? undefined : kernel.symbols.find(found.from)?.address;
  if (found === undefined || start === undefined) {
    return "the kernel's timekeeper cannot be found or read";
  }
  const reader = knownReader(kernel, 'timekeeper', {
    wallClock: wide('xtime_sec'),
    seconds: wide('ktime_sec'),
    base: wide('tkr_mono.base'),
    fraction: wide('tkr_mono.xtime_nsec'),
    shift: number('tkr_mono.shift'),
    interval: wide('xtime_interval'),
  });
  if (reader === undefined) {
    return withoutTypes(kernel, 'struct timekeeper');
  }
  for (let padding = 0; padding <= maxPaddingInBytes; padding += 8) {
    const values = reader.tryRead(start + BigInt(padding));
    if (
      values !== undefined &&
      values.wallClock === BigInt(found.wallClockInSeconds) &&
      values.seconds === BigInt(found.monotonicInSeconds) &&
      values.shift < 64
    ) {
      const shift = BigInt(values.shift);
      const interval = Number(values.interval >> shift);
      const monotonic = values.base + (values.fraction >> shift);
      const seconds = monotonic / nanosecondsPerSecond;
      const isAgreed = seconds === values.seconds || seconds + 1n === values.seconds;
      return isAgreed && interval > 0
        ? { from: found.from, monotonic, intervalInNanoseconds: interval }
        : `${found.from} contradicts itself`;
    }
  }
  return `${found.from} is not laid out as the kernel's types say`;
}
