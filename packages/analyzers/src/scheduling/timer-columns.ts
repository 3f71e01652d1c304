import type { ReportColumn } from '@vmcorekit/core';
import { addressColumn, secondsText } from '../tables.ts';
import { type CodeJson, codeText } from './code-json.ts';
import type { TimerCpu } from './timer-report.ts';

/** One timer of either kind, with the queue that it waits in. */
export interface TimerRow {
  readonly cpu: number;
  /** `wheel` or `hrtimer`. */
  readonly type: string;
  readonly queue: string;
  readonly address: string;
  readonly expires: number | string;
  readonly inJiffies: number | string | null;
  readonly inSeconds: number | null;
  readonly function: CodeJson | null;
}

/** The columns of `timer`, for people and for programs. */
export const timerColumns: readonly ReportColumn<TimerRow>[] = [
  { key: 'cpu', title: 'CPU', kind: 'number', value: ({ cpu }) => cpu },
  { key: 'type', value: ({ type }) => type },
  { key: 'queue', title: 'QUEUE', value: ({ queue }) => queue },
  addressColumn('TIMER'),
  { key: 'expires', value: ({ expires }) => expires },
  { key: 'inJiffies', value: ({ inJiffies }) => inJiffies },
  {
    key: 'inSeconds',
    title: 'IN SECONDS',
    kind: 'number',
    value: ({ inSeconds }) => inSeconds,
    text: ({ inSeconds }) => secondsText(inSeconds),
  },
  {
    key: 'function',
    title: 'FUNCTION',
    value: (row) => row.function?.name ?? row.function?.address ?? null,
    text: (row) => codeText(row.function),
  },
];

export function wheelRows({ cpu, wheels }: TimerCpu): TimerRow[] {
  return (wheels ?? []).flatMap(({ kind, timers }) =>
    timers.map((timer) => ({ cpu, type: 'wheel', queue: kind ?? 'wheel', ...timer })),
  );
}

export function hrtimerRows({ cpu, hrtimers }: TimerCpu): TimerRow[] {
  return (hrtimers ?? []).flatMap(({ clock, soft, index, timers }) => {
    const name = clock ?? `clock ${index}`;
    const queue = soft ? `${name} (soft)` : name;
    return timers.map((timer) => ({ cpu, type: 'hrtimer', queue, inJiffies: null, ...timer }));
  });
}
