import type { Mmu, TranslationRoot } from '@vmcorekit/core';
import { byWalk } from '../walk-end.ts';
import type { TopTable } from './format.ts';
import { mappedRuns } from './mapped-runs.ts';
import { tablePages } from './table-pages.ts';
import { walk } from './walk.ts';

/** The walks of an `Mmu` whose roots `open` reads. */
export function walksFrom(
  open: (root: TranslationRoot) => TopTable,
): Required<Pick<Mmu, 'translate' | 'gapAt' | 'mappedRuns' | 'tablePages'>> {
  return {
    ...byWalk((memory, root, virtualAddress) => walk(memory, open(root), virtualAddress)),
    mappedRuns: (memory, root, from, to, limit) => mappedRuns(memory, open(root), from, to, limit),
    tablePages: (memory, roots, limit) => tablePages(memory, roots.map(open), limit),
  };
}
