import { type HeaderValue, type PfnSet, VmcorekitError } from '@vmcorekit/core';
import type { PartPages } from './write-pages.ts';

/**
 * Distributes the dumped pages evenly over the files, in consecutive PFN ranges from 0 to
 * `maxMapnr`. Throws `usage` where there are fewer pages than files.
 */
export function partsOf(dumped: PfnSet, files: number, maxMapnr: number): PartPages[] {
  if (files === 1) {
    return [{ start: 0, end: maxMapnr, pages: dumped.size }];
  }
  if (dumped.size < files) {
    throw new VmcorekitError('usage', {
      what: 'files to split a dump into',
      got: String(files),
      allowed: `1 to ${dumped.size}, its pages`,
    });
  }
  const parts: PartPages[] = [];
  let start = 0;
  let pages = 0;
  let dealt = 0;
  for (const pfn of dumped.members()) {
    const isFull = pages > 0 && dealt >= Math.ceil((dumped.size * (parts.length + 1)) / files);
    if (isFull) {
      parts.push({ start, end: pfn, pages });
      start = pfn;
      pages = 0;
    }
    pages++;
    dealt++;
  }
  return [...parts, { start, end: maxMapnr, pages }];
}

/** What the sub header says about a part; nothing for a whole file. */
export function splitFields(
  { start, end }: PartPages,
  files: number,
): readonly (readonly [string, HeaderValue])[] {
  return files === 1
    ? []
    : [
        ['split', 1],
        ['start_pfn', saturated(start)],
        ['end_pfn', saturated(end)],
        ['start_pfn_64', start],
        ['end_pfn_64', end],
      ];
}

/** A PFN for a 32-bit field; version 6 has a 64-bit field too. */
export function saturated(pfn: number): number {
  return Math.min(pfn, 0xffffffff);
}
