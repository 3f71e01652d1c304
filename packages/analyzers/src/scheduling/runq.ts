import {
  type Analyzer,
  defineAnalyzer,
  printable,
  type ReportColumn,
  reportRows,
  reportTable,
  unknownText,
} from '@vmcorekit/core';
import { readRunQueues } from '@vmcorekit/linux';
import { foundAnswer, noSuchCpu } from '../kernel-answer.ts';
import { addressColumn } from '../tables.ts';
import { type RunqCpu, type RunqReport, type RunqTask, runqCpu } from './runq-report.ts';

const options = {
  cpu: { type: 'integer', summary: 'show only the run queue of this CPU', default: null },
} as const;

interface Row extends RunqTask {
  readonly cpu: number;
  readonly current: boolean;
  readonly class: string | null;
  readonly delayed: boolean;
}

const columns: readonly ReportColumn<Row>[] = [
  { key: 'current', title: '', value: ({ current }) => current, text: markText },
  { key: 'cpu', title: 'CPU', kind: 'number', value: ({ cpu }) => cpu },
  {
    key: 'class',
    title: 'QUEUE',
    value: (row) => row.class,
    text: (row) => (row.current ? 'current' : `${row.class}${row.delayed ? ' (delayed)' : ''}`),
  },
  { key: 'priority', title: 'PRIO', kind: 'number', value: ({ priority }) => priority },
  { key: 'pid', title: 'PID', kind: 'number', value: ({ pid }) => pid },
  addressColumn('TASK'),
  {
    key: 'comm',
    title: 'COMM',
    value: ({ comm }) => comm,
    text: ({ comm }) => (comm === null ? unknownText : printable(comm)),
  },
  { key: 'delayed', value: ({ delayed }) => delayed },
];

/**
 * The task that each CPU runs, and those that wait for it, as crash's `runq` shows them. The data
 * is `{ cpus }`; null where the run queues cannot be found.
 */
export const runq: Analyzer<RunqReport | null, typeof options> = defineAnalyzer({
  name: 'runq',
  summary: 'the run queues: what each CPU runs, and what waits for it',
  options,
  *run(context, { cpu }) {
    return yield* foundAnswer(
      context,
      { head: 'no answer to runq', rows: reportRows(columns, []) },
      readRunQueues,
      ({ queues, remarks }) => {
        const cpus = queues.filter((queue) => cpu === null || queue.cpu === cpu).map(runqCpu);
        const [none] = noSuchCpu(
          cpu,
          queues.map((queue) => queue.cpu),
        );
        if (none !== undefined) {
          return none;
        }
        const rows = cpus.flatMap(rowsOf);
        return {
          text: [...cpus.map(lineOf), '', reportTable(columns, rows)],
          data: { cpus },
          rows: reportRows(columns, rows),
          remarks,
        };
      },
    );
  },
});

function rowsOf({ cpu, current, queued }: RunqCpu): Row[] {
  const running = current === null ? [] : [{ ...current, class: null, delayed: false }];
  return [
    ...running.map((task) => ({ ...task, cpu, current: true })),
    ...queued.map((task) => ({ ...task, cpu, current: false })),
  ];
}

function lineOf({ cpu, address, running, switches, clock, load }: RunqCpu): string {
  const facts = [
    `runqueue ${address.slice(2)}`,
    `${running} runnable`,
    `load ${load ?? unknownText}`,
    `clock ${clock} ns`,
    `${switches} switches`,
  ];
  return `CPU ${cpu}: ${facts.join(', ')}`;
}

function markText({ current }: Row): string {
  return current ? '>' : '';
}
