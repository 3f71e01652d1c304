import type { LocatedKernel } from '@vmcorekit/core';
import type { NextFacts } from '../next/next-facts.ts';

/** What a report of a search needs to know apart from the dump and the verdict. */
export interface ProbeReportContext {
  readonly milliseconds: number;
  /** Whether to show all that was found, instead of about twelve lines. */
  readonly verbose: boolean;
  /** What rules said of the search, ready to print; empty if there are no rules. */
  readonly ruleLines: readonly string[];
  /** The path of the vmlinux that the user gave for a kernel; undefined if they gave none. */
  readonly vmlinuxOf: (kernel: LocatedKernel) => string | undefined;
  /** What the next commands depend on, apart from the dump. */
  readonly here: Pick<NextFacts, 'areFiles' | 'host'>;
}
