/**
 * The lowest index whose item is not before the target, among `count` sorted items. Returns `count`
 * where all are before it.
 */
export function lowestIndex(count: number, isBefore: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isBefore(middle)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
