import { type Progress, sizeText } from '@vmcorekit/core';

/** Less work gives no useful estimate. */
const leastFraction = 0.02;
const leastMilliseconds = 1000;

/**
 * Says how fast a kind of work goes and how long it will still take at that pace:
 * ` 210 MiB/s, 12 s left`, or nothing. `sizeInBytes` is the size of all that is read; null if it is
 * not known, and then no speed is given.
 */
export function pace(
  sizeInBytes: number | null,
  now: () => number,
): (progress: Progress) => string {
  let doing = '';
  let started = 0;
  return (progress) => {
    if (progress.doing !== doing) {
      doing = progress.doing;
      started = now();
    }
    const elapsed = now() - started;
    if (
      progress.fraction === null ||
      progress.fraction < leastFraction ||
      elapsed < leastMilliseconds
    ) {
      return '';
    }
    const seconds = Math.ceil((elapsed * (1 - progress.fraction)) / progress.fraction / 1000);
    const rate =
      sizeInBytes === null
        ? ''
        : `${sizeText(Math.round((sizeInBytes * progress.fraction * 1000) / elapsed))}/s, `;
    return ` ${rate}${seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`} left`;
  };
}
