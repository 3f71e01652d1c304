import type { Dump, Verdict } from '@vmcorekit/core';
import {
  type DescribeAnswer,
  describeJson,
  describeReport,
  dumpJson,
  type MimeBundle,
  plainStyle,
  probeReport,
  textBundle,
  verdictJson,
} from '@vmcorekit/report';
import { here } from '../dumps/here.ts';

const width = 100;

/** The answer of a search as a notebook shows it: as `vmcorekit probe` does. */
export function verdictBundle(dump: Dump, verdict: Verdict): MimeBundle {
  const text = probeReport(dump, verdict, plainStyle(width), {
    milliseconds: 0,
    verbose: false,
    ruleLines: [],
    vmlinuxOf: () => undefined,
    here: here(dump),
  });
  return textBundle(text, { ...dumpJson(dump), ...verdictJson(verdict) });
}

/** A description as a notebook shows it: as `vmcorekit describe` does. */
export function descriptionBundle(answer: DescribeAnswer): MimeBundle {
  const text = describeReport(answer, plainStyle(width), { verbose: false, ruleLines: [] });
  return textBundle(text, describeJson(answer));
}
