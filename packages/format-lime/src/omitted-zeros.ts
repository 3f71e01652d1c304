import type { PhysicalRange } from '@vmcorekit/core';

/** AVML cuts each range of memory into blocks of this size. Source: AVML, src/image.rs. */
const blockSizeInBytes: number = 16 * 1024 * 1024;
/**
 * Machines have holes of this size and more between ranges that are aligned alike, such as the
 * addresses of devices and memory that was removed (in blocks of 128 MiB on x86-64).
 */
const minHoleInBytes: number = 128 * 1024 * 1024;

/**
 * The memory that AVML left out because it is zero: whole blocks between two of one range. Two
 * blocks are of one range if the first is whole and the other begins a number of blocks after it.
 * Longer gaps may be holes, so nothing is said of them.
 */
export function omittedZeros(ranges: readonly PhysicalRange[]): PhysicalRange[] {
  const omitted: PhysicalRange[] = [];
  for (let index = 1; index < ranges.length; index++) {
    const [before, after] = [ranges[index - 1], ranges[index]];
    if (
      before !== undefined &&
      after !== undefined &&
      before.end - before.start === blockSizeInBytes
    ) {
      const gap = after.start - before.end;
      if (gap > 0 && gap < minHoleInBytes && gap % blockSizeInBytes === 0) {
        omitted.push({ start: before.end, end: after.start });
      }
    }
  }
  return omitted;
}

/**
 * Whether AVML cut these ranges: none is longer than a block, and a whole one touches the next.
 * LiME writes a range whole, whatever its length.
 */
export function areBlocksOfAvml(ranges: readonly PhysicalRange[]): boolean {
  return (
    ranges.every(({ start, end }) => end - start <= blockSizeInBytes) &&
    ranges.some(
      ({ start, end }, index) =>
        end - start === blockSizeInBytes && ranges[index + 1]?.start === end,
    )
  );
}
