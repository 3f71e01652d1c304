import type { Dump, Verdict } from '@vmcorekit/core';
import { type DriveOptions, damageOf, type Toolkit } from '@vmcorekit/engine';
import { describeJson, describeParts, describeReport } from '@vmcorekit/report';
import type { DumpCalls } from '../../protocol/dump-calls.ts';
import { pageStyle } from '../page-style.ts';

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
    text: describeReport(answer, pageStyle, { verbose: true, ruleLines: [] }),
    json: describeJson(answer),
    parts: describeParts(answer),
  };
}
