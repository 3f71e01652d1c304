import type { PhysicalRange } from '@vmcorekit/core';
import type { PlacedStretch } from '@vmcorekit/file-memory';

/**
 * Places stretches in the file one after the other. Each gets the offset within a page that its
 * address has, so that it can be mapped.
 */
export function placedFrom(
  fileOffset: number,
  stretches: readonly PhysicalRange[],
  pageSizeInBytes: number,
): PlacedStretch[] {
  let at = fileOffset;
  return stretches.map(({ start, end }) => {
    const placedAt = Math.ceil(at / pageSizeInBytes) * pageSizeInBytes + (start % pageSizeInBytes);
    at = placedAt + (end - start);
    return { start, end, fileOffset: placedAt };
  });
}
