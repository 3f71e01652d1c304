import type { Dump } from '@vmcorekit/core';

/**
 * Whether memory that the dump once held is known to be missing. Pages that a filter left out are
 * not lost: no filter leaves out a kernel's own pages.
 */
export function isMemoryMissing({ damage, image }: Dump): boolean {
  return [...damage, ...image.damage].some(({ loses }) => loses === 'page' || loses === 'memory');
}
