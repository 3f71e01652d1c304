import { type PageFilter, VmcorekitError } from '@vmcorekit/core';

/**
 * Keeps the pages of the given PFN ranges (end exclusive, in any order, overlapping or not) and
 * excludes all others. Throws `usage` for a range that ends before it starts.
 */
export function keepPages(
  ranges: readonly { readonly start: number; readonly end: number }[],
): PageFilter {
  const backwards = ranges.find(({ start, end }) => !(start >= 0 && start <= end));
  if (backwards !== undefined) {
    throw new VmcorekitError('usage', {
      what: 'a range of pages to keep',
      got: `${backwards.start} to ${backwards.end}`,
      allowed: 'a first PFN, and an end not below it',
    });
  }
  const ordered = ranges.toSorted((a, b) => a.start - b.start);
  return {
    name: 'pages',
    summary: 'keep only the pages of a list',
    begin: () => {
      // Pages come ascending, so the list is walked once.
      let next = 0;
      let keptUntil = 0;
      return ({ pfn }) => {
        for (
          let range = ordered[next];
          range !== undefined && range.start <= pfn;
          range = ordered[next]
        ) {
          keptUntil = Math.max(keptUntil, range.end);
          next++;
        }
        return pfn < keptUntil ? 'keep' : 'exclude';
      };
    },
  };
}
