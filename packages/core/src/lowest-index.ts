/**
 * The lowest index that is not before what is looked for, of `count` sorted ones; `count` where all
 * are before it.
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
