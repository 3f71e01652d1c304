import type { LocatedKernel } from '@vmcorekit/core';
import {
  errorJson,
  type JsonObject,
  jsonLine,
  type ProbeReportContext,
  probeJson,
  probeReport,
  type Style,
} from '@vmcorekit/report';
import { ruleLines } from '../config-reports/rule-lines.ts';
import { appliedRulesJson } from '../config-reports/rules-json.ts';
import { here } from '../dumps/here.ts';
import type { RuledVerdict } from '../dumps/ruled-verdict.ts';
import type { Presenter } from './presenter.ts';

/** One report for each dump, for people, with an empty line between two. */
export function reportPresenter(
  style: Style,
  context: Pick<ProbeReportContext, 'verbose'> & {
    readonly vmlinuxOf: (kernel: LocatedKernel) => string | undefined;
  },
): Presenter {
  let isFirst = true;
  const separator = (): string => {
    const text = isFirst ? '' : '\n';
    isFirst = false;
    return text;
  };
  return {
    start: () => '',
    answer: (dump, ruled, milliseconds) =>
      separator() +
      probeReport(dump, ruled.verdict, style, {
        ...context,
        milliseconds,
        ruleLines: ruleLines(ruled, style),
        here: here(dump),
      }),
    failure: () => '',
    end: () => '',
  };
}

/** The whole answers, one JSON object a line. */
export const jsonPresenter: Presenter = {
  start: () => '',
  answer: (dump, ruled, milliseconds) =>
    jsonLine(probeJson(dump, ruled.verdict, milliseconds, rulesJson(ruled))),
  failure: (files, _error, report) => jsonLine(errorJson(report, files)),
  end: () => '',
};

function rulesJson({ effective, unusedSymbols }: RuledVerdict): JsonObject {
  return effective === null ? {} : { rules: appliedRulesJson(effective), unusedSymbols };
}
