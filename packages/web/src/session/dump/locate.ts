import type { Dump, Verdict } from '@vmcorekit/core';
import { plainStyle, probeJson, probeReport } from '@vmcorekit/report';
import type { LocatedKernel } from '../../protocol/dump-calls.ts';

/** Columns that fit a page of usual width. */
const widthInColumns = 100;

/** The answer of a search, as `probe` gives it. */
export function located(
  dump: Dump,
  verdict: Verdict,
  milliseconds: number,
  isReadable: boolean,
): LocatedKernel {
  const textOf = (verbose: boolean): string =>
    probeReport(dump, verdict, plainStyle(widthInColumns), {
      milliseconds,
      verbose,
      ruleLines: [],
      vmlinuxOf: () => undefined,
      // The commands are for the user's own machine, which has the files.
      here: { areFiles: true, host: null },
    });
  return {
    json: probeJson(dump, verdict, milliseconds),
    text: textOf(false),
    fullText: textOf(true),
    confidence: verdict.confidence,
    isReadable,
  };
}
