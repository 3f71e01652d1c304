import type { LocatedKernel } from '@vmcorekit/core';
import type { NextFacts } from '../next/next-facts.ts';

/** What a report of a search needs to know apart from the dump and the verdict. */
export interface ProbeReportContext {
  readonly milliseconds: number;
  /** All that was found, instead of the answer in about twelve lines. */
  readonly verbose: boolean;
  /** What rules said of the search, ready to print; none where there are no rules. */
  readonly ruleLines: readonly string[];
  /** The path of the user's own vmlinux of a kernel, where one was given. */
  readonly vmlinuxOf: (kernel: LocatedKernel) => string | undefined;
  /** What the next commands depend on, apart from the dump. */
  readonly here: Pick<NextFacts, 'areFiles' | 'host'>;
}
