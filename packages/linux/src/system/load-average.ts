import { isInZeroPage } from '../zero-page.ts';
import { type Fact, notProved, proved } from './fact.ts';
import { readVariable, type Variables } from './read-variable.ts';

/** Runnable and waiting tasks, on average over 1, 5 and 15 minutes, to two decimal places. */
export type LoadAverage = readonly [number, number, number];

/** FSHIFT: binary places of the fixed-point numbers in `avenrun`. */
const fractionBits = 11n;
/** 0.005, by which the kernel rounds (FIXED_1/200). */
const rounding = (1n << fractionBits) / 200n;
/** PID_MAX_LIMIT: no machine has more tasks. */
const maxLoad = 2n ** 22n;

/**
 * As /proc/loadavg prints it. The kernel brings it up to date every 5 s. Source: Linux,
 * kernel/sched/loadavg.c (`avenrun`, since 2.6; `get_avenrun`), include/linux/sched/loadavg.h,
 * fs/proc/loadavg.c.
 */
export function loadAverageOf(kernel: Variables): Fact<LoadAverage> {
  const { memory } = kernel;
  const stepInBytes = memory.wordSizeInBits / 8;
  return readVariable(kernel, ['avenrun'], (address, name): Fact<LoadAverage> => {
    const words = [0, 1, 2].map((index) =>
      memory.readPointer(address + BigInt(index * stepInBytes)),
    );
    if (words.some((word) => word >> fractionBits > maxLoad)) {
      return notProved(`${name} holds more than any machine's load`);
    }
    if (words.every((word) => word === 0n) && isInZeroPage(memory, address)) {
      return notProved(`${name} lies in a page of zeros, as one that was wiped`);
    }
    const [one = 0, five = 0, fifteen = 0] = words.map(twoPlaces);
    return proved([one, five, fifteen], name);
  });
}

function twoPlaces(word: bigint): number {
  const rounded = word + rounding;
  const fraction = ((rounded & ((1n << fractionBits) - 1n)) * 100n) >> fractionBits;
  return Number((rounded >> fractionBits) * 100n + fraction) / 100;
}
