import type { Dump, LocatedKernel, Verdict } from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import type { NextFacts } from '../next/next-facts.ts';
import { fullProbeReport } from './full-probe-report.ts';
import { shortProbeReport } from './short-probe-report.ts';

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

/** The answer of a search for people. */
export function probeReport(
  dump: Dump,
  verdict: Verdict,
  style: Style,
  context: ProbeReportContext,
): string {
  const report = context.verbose ? fullProbeReport : shortProbeReport;
  return report(dump, verdict, style, context);
}
