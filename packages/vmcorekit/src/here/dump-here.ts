import type { Dump } from '@vmcorekit/core';
import type { SearchOptions } from '@vmcorekit/engine';
import type { RuledVerdict } from '../dumps/ruled-verdict.ts';

/** A dump that is open already, as commands see it. */
export interface DumpHere {
  readonly dump: Dump;
  /** As the user named its files. */
  readonly paths: readonly string[];
  /** The verdict of a search: one kept, else the one that `find` makes. */
  located(
    own: SearchOptions,
    find: (search: SearchOptions) => Promise<RuledVerdict>,
  ): Promise<RuledVerdict>;
}
