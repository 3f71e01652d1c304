import {
  type Analyzer,
  defineAnalyzer,
  plural,
  type ReportText,
  reportRows,
  reportTable,
} from '@vmcorekit/core';
import { readInterrupts } from '@vmcorekit/linux';
import { foundAnswer } from '../kernel-answer.ts';
import {
  affinityColumns,
  countColumns,
  irqColumns,
  softColumns,
  softHandlers,
} from './irq-columns.ts';
import { type IrqReport, irqReport } from './irq-report.ts';

const options = {
  counts: {
    type: 'boolean',
    summary: 'show how often each came on each CPU, and soft interrupts',
    default: false,
  },
  affinity: {
    type: 'boolean',
    summary: 'show the CPUs that each may come to',
    default: false,
  },
  soft: {
    type: 'boolean',
    summary: 'show soft interrupts with their functions, as crash irq -b',
    default: false,
  },
  all: {
    type: 'boolean',
    summary: 'show also interrupts that have no handler',
    default: false,
  },
} as const;

/**
 * The interrupts of the kernel, as crash's `irq` and /proc/interrupts show them. The data is
 * `{ cpus, interrupts, softirqs }`; null where the interrupts cannot be found.
 */
export const irq: Analyzer<IrqReport | null, typeof options> = defineAnalyzer({
  name: 'irq',
  summary: 'the interrupts: handlers, counts, and the CPUs they come to',
  options,
  *run(context, asked) {
    return yield* foundAnswer(
      context,
      { head: 'no answer to irq', rows: reportRows(irqColumns, []) },
      readInterrupts,
      (found) => {
        const wanted = found.interrupts.filter(({ handlers }) => asked.all || handlers.length > 0);
        const data = irqReport(found, wanted);
        const left = found.interrupts.length - wanted.length;
        return {
          text: [
            ...textOf(data, asked),
            ...(left === 0 ? [] : [`${plural(left, 'more interrupt')} without a handler`]),
          ],
          data,
          rows: reportRows(irqColumns, data.interrupts),
          remarks: found.remarks,
        };
      },
    );
  },
});

const noSoft = 'the soft interrupts are not known in this dump';

function textOf(
  { cpus, interrupts, softirqs }: IrqReport,
  asked: { readonly counts: boolean; readonly affinity: boolean; readonly soft: boolean },
): ReportText {
  const parts: ReportText[] = [
    ...(asked.counts ? [[reportTable(countColumns(cpus), interrupts)]] : []),
    ...(asked.counts && softirqs !== null ? [[reportTable(softColumns(cpus), softirqs)]] : []),
    ...(asked.soft ? [[softirqs === null ? noSoft : reportTable(softHandlers, softirqs)]] : []),
    ...(asked.affinity ? [[reportTable(affinityColumns, interrupts)]] : []),
  ];
  return parts.length === 0
    ? [reportTable(irqColumns, interrupts)]
    : parts.flatMap((part, index) => (index === 0 ? part : ['', ...part]));
}
