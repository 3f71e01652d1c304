import { type ByteSource, fnv1aStart, fnv1aWith } from '@vmcorekit/core';

/** So much of both ends is compared: checksums, sizes and times are among it. */
const endInBytes = 4096;

/** The sum of a file's ends, by which an index that was kept is known to be of the file. */
export function endsOf(file: ByteSource): number {
  const bytes = new Uint8Array(2 * endInBytes);
  file.readInto(0, bytes.subarray(0, endInBytes));
  file.readInto(Math.max(0, file.sizeInBytes - endInBytes), bytes.subarray(endInBytes));
  return sumOf(bytes, 0);
}

/** FNV-1a. Detects accidents only. */
export function sumOf(bytes: Uint8Array, from: number): number {
  let sum = fnv1aStart;
  for (let at = from; at < bytes.length; at++) {
    sum = fnv1aWith(sum, bytes[at] ?? 0);
  }
  return sum >>> 0;
}
