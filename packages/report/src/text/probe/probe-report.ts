import type { Dump, Verdict } from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import type { ProbeReportContext } from './context.ts';
import { fullProbeReport } from './full-probe-report.ts';
import { shortProbeReport } from './short-probe-report.ts';

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
