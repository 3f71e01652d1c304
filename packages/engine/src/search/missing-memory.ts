import type { Dump } from '@vmcorekit/core';

/** Damage of a file by which memory is lost. Pages that a filter left out are not lost: no filter leaves out a kernel's own. */
const losses: ReadonlySet<string> = new Set([
  'incomplete',
  'file-truncated',
  'split-part-missing',
  'flattened-unfinished',
  'flattened-damaged',
  'bitmap-torn',
  'page-lost',
  'page-descriptor-missing',
  'page-descriptor-bad',
  'page-cut-off',
  'page-data-bad',
]);

/** Whether memory that the dump once held is known to be missing. */
export function isMemoryMissing({ damage, image }: Dump): boolean {
  return [...damage, ...image.damage].some(({ name }) => losses.has(name));
}
