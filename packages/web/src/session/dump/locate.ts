import type { Dump, Verdict } from '@vmcorekit/core';
import { probeJson, probeParts, probeReport } from '@vmcorekit/report';
import type { LocatedKernel } from '../../protocol/dump-calls.ts';
import { pageStyle } from '../page-style.ts';

/** The answer of a search, as `probe` gives it. */
export function located(
  dump: Dump,
  verdict: Verdict,
  milliseconds: number,
  isReadable: boolean,
): LocatedKernel {
  // The next commands are for the machine of the user, which has no files of servers.
  const areFiles = dump.statistics.transfer === undefined;
  const context = { vmlinuxOf: () => undefined, here: { areFiles, host: null } } as const;
  const textOf = (verbose: boolean): string =>
    probeReport(dump, verdict, pageStyle, {
      ...context,
      milliseconds,
      verbose,
      ruleLines: [],
    });
  return {
    json: probeJson(dump, verdict, milliseconds),
    text: textOf(false),
    fullText: textOf(true),
    parts: probeParts(dump, verdict, context),
    confidence: verdict.confidence,
    isReadable,
  };
}
