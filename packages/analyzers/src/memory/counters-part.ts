import type { ReportColumn } from '@vmcorekit/core';
import {
  countIn,
  readMemoryNodes,
  readMemoryTotals,
  type VmCounter,
  vmCountersOf,
  vmStatLines,
} from '@vmcorekit/linux';
import { oneTable } from '../tables.ts';
import type { ReadPart } from './kmem-part.ts';
import type { KmemCounter, KmemFigure } from './kmem-report.ts';

type NamedFigure = KmemFigure & { readonly name: string };

const figureColumns: readonly ReportColumn<NamedFigure>[] = [
  { key: 'name', title: 'FIGURE', value: ({ name }) => name },
  { key: 'value', title: 'VALUE', kind: 'number', value: ({ value }) => value },
  { key: 'unit', title: 'UNIT', value: ({ unit }) => unit },
  { key: 'shown', value: ({ shown }) => shown },
  { key: 'from', title: 'FROM', kind: 'prose', value: ({ from }) => from },
];

/** The figures of /proc/meminfo. */
export const totalsPart: ReadPart = function* (kernel) {
  const nodes = yield* readMemoryNodes(kernel);
  const found = yield* readMemoryTotals(kernel, nodes, vmCountersOf(kernel, nodes));
  const figures = found.map(({ name, unit, value, shown, from }) => ({
    name,
    unit,
    value: value === null ? null : countIn(value),
    shown: shown === null ? null : countIn(shown),
    from,
  }));
  return {
    ...oneTable(figureColumns, figures),
    data: { memory: Object.fromEntries(figures.map(({ name, ...figure }) => [name, figure])) },
  };
};

const counterColumns: readonly ReportColumn<KmemCounter>[] = [
  { key: 'name', title: 'COUNTER', value: ({ name }) => name },
  { key: 'kind', title: 'KIND', value: ({ kind }) => kind },
  { key: 'value', title: 'VALUE', kind: 'number', value: ({ value }) => value },
  { key: 'shown', value: ({ shown }) => shown },
];

/** The counters of /proc/vmstat. */
export const vmStatPart: ReadPart = function* (kernel) {
  const nodes = yield* readMemoryNodes(kernel);
  const counters = vmStatLines(kernel, vmCountersOf(kernel, nodes)).map(kmemCounter);
  return {
    ...oneTable(
      counterColumns,
      counters,
      "no counters: the kernel's names for them (vmstat_text) cannot be read",
    ),
    data: { counters },
  };
};

export function kmemCounter({ name, kind, shown, exact }: VmCounter): KmemCounter {
  const inNumber = (value: bigint | null) => (value === null ? null : countIn(value));
  return { name, kind, value: inNumber(exact), shown: inNumber(shown) };
}
