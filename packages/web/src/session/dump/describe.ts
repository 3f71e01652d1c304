import type { Dump, Verdict } from '@vmcorekit/core';
import { type DriveOptions, damageOf, type Toolkit } from '@vmcorekit/engine';
import { describeJson, describeParts, describeReport, plainStyle } from '@vmcorekit/report';
import type { DumpCalls } from '../../protocol/dump-calls.ts';

const widthInColumns = 100;

/** The answer of `describe`: what the dump says of its machine. */
export async function describeOf(
  toolkit: Toolkit,
  dump: Dump,
  verdict: Verdict,
  work: DriveOptions,
): Promise<DumpCalls['describe']['answer']> {
  const system = await toolkit.describe(dump, verdict, work);
  const answer = { dump, verdict, system, damage: damageOf(dump, null), provenance: null };
  return {
    text: describeReport(answer, plainStyle(widthInColumns), { verbose: true, ruleLines: [] }),
    json: describeJson(answer),
    parts: describeParts(answer),
  };
}
