import { type ByteSource, fnv1aStart, fnv1aWith, plural } from '@vmcorekit/core';

/** So much of both ends is compared: checksums, sizes and times are among it. */
const endInBytes = 4096;

/** The sum of a file's ends, by which an index that was kept is known to be of the file. */
export function endsOf(file: ByteSource): number {
  const bytes = new Uint8Array(2 * endInBytes);
  file.readInto(0, bytes.subarray(0, endInBytes));
  file.readInto(Math.max(0, file.sizeInBytes - endInBytes), bytes.subarray(endInBytes));
  return sumOf(bytes, 0);
}

/** Why an index that was kept of a file of this size and these ends is not of `file`. */
export function misfitOf(
  kept: { readonly fileSize: number; readonly ends: number },
  file: ByteSource,
): { readonly because: string } | undefined {
  if (kept.fileSize !== file.sizeInBytes) {
    const size = plural(kept.fileSize, 'byte');
    return { because: `it is of a file of ${size}, this one has ${file.sizeInBytes}` };
  }
  return kept.ends === endsOf(file)
    ? undefined
    : { because: 'the file begins or ends with other bytes' };
}

/** FNV-1a. Detects accidents only. */
export function sumOf(bytes: Uint8Array, from: number): number {
  let sum = fnv1aStart;
  for (let at = from; at < bytes.length; at++) {
    sum = fnv1aWith(sum, bytes[at] ?? 0);
  }
  return sum >>> 0;
}
