/** Offsets are exact below this. */
const maxSize = Number.MAX_SAFE_INTEGER;

/**
 * The size of a file that reports none (a block device, a file the kernel generates). Found by
 * testing for a byte at an offset, some hundred times at most. Correct if the bytes have a single
 * end, as in any file.
 */
export function measuredSize(hasByteAt: (fileOffset: number) => boolean): number {
  if (!hasByteAt(0)) {
    return 0;
  }
  let inside = 0;
  let outside = 1;
  while (outside < maxSize && hasByteAt(outside)) {
    inside = outside;
    outside = Math.min(maxSize, outside * 2);
  }
  while (outside - inside > 1) {
    const middle = inside + Math.floor((outside - inside) / 2);
    if (hasByteAt(middle)) {
      inside = middle;
    } else {
      outside = middle;
    }
  }
  return outside;
}
