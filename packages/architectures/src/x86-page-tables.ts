import type { Paging, PagingRoot } from '@vmcorekit/core';
import type { X86TableShape } from './x86-entries.ts';
import { mappedRuns } from './x86-mapped-runs.ts';
import { tablePages } from './x86-table-pages.ts';
import { translate } from './x86-translate.ts';

const maxRuns = 65_536;

/** One of x86's kinds of paging, by its shape. `rootOf` is the mode's own. */
export function x86Paging(shapeOf: (root: PagingRoot) => X86TableShape, rootOf: Paging['rootOf']): Paging {
  return {
    rootOf,
    translate: (memory, root, virtualAddress) => translate(memory, shapeOf(root), root, virtualAddress),
    tablePages: (memory, roots, limit) => tablePages(memory, shapeOf, roots, limit),
    mappedRuns: (memory, root, from, to, limit = maxRuns) => mappedRuns(memory, shapeOf(root), root, from, to, limit),
  };
}
