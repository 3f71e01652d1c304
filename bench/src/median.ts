/**
 * The middle value; for an even number of values, the mean of the two in the middle. Throws on an
 * empty list.
 */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.floor(sorted.length / 2)],
  ];
  if (low === undefined || high === undefined) {
    throw new RangeError('the median of no values');
  }
  return (low + high) / 2;
}
