import { cellTextOf, printable, type ReportColumn } from '@vmcorekit/core';
import { addressColumn } from '../tables.ts';
import { codeText, cpuListText } from './code-json.ts';
import type { IrqInterrupt, IrqSoftInterrupt } from './irq-report.ts';

type Column = ReportColumn<IrqInterrupt>;

const numberColumn: Column = {
  key: 'number',
  title: 'IRQ',
  kind: 'number',
  value: ({ number }) => number,
};
const chipColumn: Column = {
  key: 'chip',
  title: 'CHIP',
  value: ({ chip }) => chip,
  text: ({ chip }) => printable(chip ?? '-'),
};
/** As /proc/interrupts: the number at the controller, and how it is handled. */
const flowColumn: Column = {
  title: 'HWIRQ',
  value: () => null,
  text: ({ hardwareNumber, flow }) =>
    printable(`${hardwareNumber}${flow === null ? '' : `-${flow}`}`),
};
const nameColumn: Column = {
  key: 'name',
  title: 'NAME',
  value: ({ name }) => name,
  text: ({ name }) => printable(name ?? '-'),
};

/** One line an interrupt, and all of it for programs. */
export const irqColumns: readonly Column[] = [
  numberColumn,
  addressColumn('IRQ_DESC'),
  chipColumn,
  { key: 'hardwareNumber', value: ({ hardwareNumber }) => hardwareNumber },
  { key: 'flow', value: ({ flow }) => flow },
  flowColumn,
  { key: 'depth', value: ({ depth }) => depth },
  { key: 'count', title: 'COUNT', kind: 'number', value: ({ count }) => count },
  nameColumn,
  {
    title: 'HANDLER',
    kind: 'prose',
    value: () => null,
    text: ({ handlers }) =>
      handlers.length === 0
        ? '-'
        : handlers
            .map((each) =>
              each.threadFunction === null
                ? codeText(each.function)
                : `${codeText(each.function)}, thread: ${codeText(each.threadFunction)}`,
            )
            .join(', '),
  },
  {
    key: 'handlers',
    value: ({ handlers }) => handlers.map((each) => each.function?.name ?? '?'),
  },
  { key: 'counts', value: ({ counts }) => counts?.map(String) ?? null },
  { key: 'affinity', value: ({ affinity }) => cpuListText(affinity) },
  { key: 'effectiveAffinity', value: (each) => cpuListText(each.effectiveAffinity) },
];

/** The CPUs that each may come to. */
export const affinityColumns: readonly Column[] = [
  numberColumn,
  { title: 'AFFINITY', value: ({ affinity }) => cpuListText(affinity) },
  { title: 'EFFECTIVE', value: (each) => cpuListText(each.effectiveAffinity) },
  nameColumn,
];

/** As /proc/interrupts shows them. */
export function countColumns(cpus: readonly number[]): readonly Column[] {
  return [numberColumn, ...perCpu<IrqInterrupt>(cpus), chipColumn, flowColumn, nameColumn];
}

/** As /proc/softirqs shows them. */
export function softColumns(cpus: readonly number[]): readonly ReportColumn<IrqSoftInterrupt>[] {
  return [
    { title: 'SOFTIRQ', value: ({ name }) => name, text: ({ name }) => printable(name ?? '?') },
    ...perCpu<IrqSoftInterrupt>(cpus),
    {
      title: 'FUNCTION',
      kind: 'prose',
      value: () => null,
      text: (each) => codeText(each.function),
    },
  ];
}

/** What handles each, as crash's `irq -b` shows it. */
export const softHandlers: readonly ReportColumn<IrqSoftInterrupt>[] = [
  { title: 'NUMBER', kind: 'number', value: (each) => each.number },
  { title: 'SOFTIRQ', value: ({ name }) => name, text: ({ name }) => printable(name ?? '?') },
  { title: 'FUNCTION', value: () => null, text: (each) => codeText(each.function) },
];

function perCpu<Row extends { readonly counts: readonly number[] | null }>(
  cpus: readonly number[],
): ReportColumn<Row>[] {
  return cpus.map((cpu, index) => ({
    title: `CPU${cpu}`,
    kind: 'number',
    value: ({ counts }) => counts?.[index] ?? null,
    text: ({ counts }) => cellTextOf(counts?.[index] ?? null),
  }));
}
