import type { Dump, LocatedKernel } from '@vmcorekit/core';
import {
  conditionsJson,
  dumpJson,
  errorJson,
  type JsonObject,
  jsonLine,
  type ProbeReportContext,
  probeReport,
  type Style,
  verdictJson,
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
  answer: (dump, ruled, milliseconds) => jsonLine(probeJson(dump, ruled, milliseconds)),
  failure: (files, _error, report) => jsonLine(errorJson(report, files)),
  end: () => '',
};

function probeJson(
  dump: Dump,
  { verdict, effective, unusedSymbols }: RuledVerdict,
  milliseconds: number,
): JsonObject {
  const { bytesRead, pagesRead } = dump.statistics;
  return {
    ...dumpJson(dump),
    ...verdictJson(verdict),
    conditions: conditionsJson(dump.damage),
    ...(effective === null ? {} : { rules: appliedRulesJson(effective), unusedSymbols }),
    statistics: { bytesRead, pagesRead, milliseconds },
  };
}
