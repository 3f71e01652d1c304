import { cellTextOf, printable, type ReportColumn, unknownText } from '@vmcorekit/core';
import { addressColumn, secondsText } from '../tables.ts';
import { codeText, cpuListText } from './code-json.ts';
import type {
  WorkqueueDelayedWork,
  WorkqueuePool,
  WorkqueueQueue,
  WorkqueueReport,
  WorkqueueTask,
  WorkqueueWork,
  WorkqueueWorker,
} from './workqueue-report.ts';

/** A work, with where it stands. */
export interface WorkRow {
  readonly state: 'running' | 'scheduled' | 'pending' | 'inactive' | 'delayed';
  readonly work: WorkqueueWork;
  /** The number of the pool; null for one that is in none. */
  readonly pool: number | null;
  readonly cpu: number | null;
  /** The worker's. */
  readonly task: WorkqueueTask | null;
  /** How long it has run, or until its timer fires. */
  readonly seconds: number | null;
}

/** A worker, with its pool; null for a rescuer that helps none. */
export interface WorkerRow extends WorkqueueWorker {
  readonly pool: number | null;
}

const pidColumn: ReportColumn<{ readonly task: WorkqueueTask | null }> = {
  key: 'pid',
  title: 'PID',
  kind: 'number',
  value: ({ task }) => task?.pid ?? null,
  text: ({ task }) => (task === null ? '-' : String(task.pid)),
};
const taskColumn: ReportColumn<{ readonly task: WorkqueueTask | null }> = {
  key: 'task',
  title: 'TASK',
  value: ({ task }) => task?.name ?? null,
  text: ({ task }) => (task === null ? '-' : printable(task.name ?? '?')),
};
const poolColumn: ReportColumn<{ readonly pool: number | null }> = {
  key: 'pool',
  title: 'POOL',
  kind: 'number',
  value: ({ pool }) => pool,
  text: ({ pool }) => String(pool ?? '-'),
};

export const workColumns: readonly ReportColumn<WorkRow>[] = [
  { key: 'state', title: 'STATE', value: ({ state }) => state },
  poolColumn,
  {
    key: 'cpu',
    title: 'CPU',
    kind: 'number',
    value: ({ cpu }) => cpu,
    text: ({ cpu }) => String(cpu ?? '-'),
  },
  pidColumn,
  { key: 'task', value: ({ task }) => task?.name ?? null },
  {
    key: 'seconds',
    title: 'SECONDS',
    kind: 'number',
    value: ({ seconds }) => seconds,
    text: ({ seconds }) => secondsText(seconds),
  },
  {
    key: 'work',
    title: 'WORK',
    value: ({ work }) => work.address,
    text: ({ work }) => work.address.slice(2),
  },
  {
    key: 'workqueue',
    title: 'WORKQUEUE',
    value: ({ work }) => work.workqueue,
    text: ({ work }) => (work.workqueue === null ? unknownText : printable(work.workqueue)),
  },
  {
    key: 'function',
    title: 'FUNCTION',
    value: ({ work }) => work.function?.name ?? work.function?.address ?? null,
    text: ({ work }) =>
      work.waiter === undefined
        ? codeText(work.function)
        : `${codeText(work.function)}, for ${waiterText(work.waiter)}`,
  },
];

export const workerColumns: readonly ReportColumn<WorkerRow>[] = [
  poolColumn,
  { key: 'id', value: ({ id }) => id },
  { key: 'address', value: ({ address }) => address },
  pidColumn,
  taskColumn,
  { key: 'state', title: 'STATE', value: ({ state }) => state },
  {
    key: 'idleSeconds',
    title: 'IDLE SECONDS',
    kind: 'number',
    value: ({ idleSeconds }) => idleSeconds,
    text: ({ state, idleSeconds }) => (state === 'idle' ? secondsText(idleSeconds) : '-'),
  },
  {
    key: 'function',
    title: 'FUNCTION',
    value: ({ work }) => work?.function?.name ?? work?.function?.address ?? null,
    text: ({ work }) => codeText(work?.function ?? null),
  },
  { key: 'rescues', value: ({ rescues }) => rescues },
];

export const poolColumns: readonly ReportColumn<WorkqueuePool>[] = [
  { key: 'id', title: 'POOL', kind: 'number', value: ({ id }) => id },
  { key: 'address', value: ({ address }) => address },
  {
    key: 'cpu',
    title: 'CPUS',
    value: ({ cpu }) => cpu,
    text: ({ cpu, cpus }) => (cpu === null ? cellTextOf(cpuListText(cpus)) : String(cpu)),
  },
  { key: 'cpus', value: ({ cpus }) => cpuListText(cpus) },
  {
    title: 'KIND',
    value: () => null,
    text: ({ cpu, soft }) => (soft ? 'soft' : cpu === null ? 'unbound' : 'per-CPU'),
  },
  { key: 'soft', value: ({ soft }) => soft },
  {
    key: 'node',
    title: 'NODE',
    kind: 'number',
    value: ({ node }) => node,
    text: ({ node }) => String(node ?? '-'),
  },
  { key: 'nice', title: 'NICE', kind: 'number', value: ({ nice }) => nice },
  { key: 'workers', title: 'WORKERS', kind: 'number', value: ({ workerCount }) => workerCount },
  { key: 'idle', title: 'IDLE', kind: 'number', value: ({ idleCount }) => idleCount },
  { key: 'pending', title: 'PENDING', kind: 'number', value: ({ pending }) => pending.length },
  {
    key: 'stalledSeconds',
    title: 'STALLED SECONDS',
    kind: 'number',
    value: ({ stalledSeconds }) => stalledSeconds,
    text: ({ pending, stalledSeconds }) =>
      pending.length === 0 ? '-' : secondsText(stalledSeconds),
  },
];

export const queueColumns: readonly ReportColumn<WorkqueueQueue>[] = [
  addressColumn('WORKQUEUE_STRUCT'),
  { key: 'name', title: 'NAME', value: ({ name }) => name, text: ({ name }) => printable(name) },
  { key: 'kind', title: 'KIND', value: ({ kind }) => kind },
  {
    key: 'maxActive',
    title: 'MAX ACTIVE',
    kind: 'number',
    value: ({ maxActive }) => maxActive,
  },
  { key: 'active', title: 'ACTIVE', kind: 'number', value: ({ pools }) => activeIn(pools) },
  { key: 'inactive', title: 'INACTIVE', kind: 'number', value: ({ pools }) => inactiveIn(pools) },
  {
    key: 'flags',
    title: 'FLAGS',
    kind: 'prose',
    value: ({ flags }) => flags,
    text: ({ flags }) => flags.join(', ') || '-',
  },
];

/** Those that run first, then those that wait, in the order of the pools. */
export function workRows(
  { workqueues, pools }: WorkqueueReport,
  delayed: readonly WorkqueueDelayedWork[],
): WorkRow[] {
  const rows: WorkRow[] = [];
  for (const { id, cpu, workers } of pools) {
    const of = { pool: id, cpu };
    for (const { task, work, scheduled } of workers) {
      if (work !== null) {
        rows.push({ state: 'running', work, ...of, task, seconds: work.seconds });
      }
      const waiting = { state: 'scheduled', ...of, task, seconds: null } as const;
      rows.push(...scheduled.map((each) => ({ ...waiting, work: each })));
    }
  }
  for (const { id, cpu, pending } of pools) {
    const waiting = { state: 'pending', pool: id, cpu, task: null, seconds: null } as const;
    rows.push(...pending.map((work) => ({ ...waiting, work })));
  }
  const cpus = new Map(pools.map(({ id, cpu }) => [id, cpu]));
  for (const { pool, inactive } of workqueues.flatMap(({ pools: of }) => of)) {
    const cpu = pool === null ? null : (cpus.get(pool) ?? null);
    const waiting = { state: 'inactive', pool, cpu, task: null, seconds: null } as const;
    rows.push(...inactive.map((work) => ({ ...waiting, work })));
  }
  for (const work of delayed) {
    const { cpu, inSeconds } = work;
    rows.push({ state: 'delayed', work, pool: null, cpu, task: null, seconds: inSeconds });
  }
  return rows;
}

/** The workers of the pools, and then the rescuers that are in no pool now. */
export function workerRows({ pools, workqueues }: WorkqueueReport): WorkerRow[] {
  const rows: WorkerRow[] = pools.flatMap(({ id, workers }) =>
    workers.map((worker) => ({ ...worker, pool: id })),
  );
  const seen = new Set(rows.map(({ address }) => address));
  for (const { rescuer } of workqueues) {
    if (rescuer !== null && !seen.has(rescuer.address)) {
      rows.push({ ...rescuer, pool: null });
    }
  }
  return rows;
}

function waiterText(task: WorkqueueTask | null): string {
  return task === null ? 'an unknown task' : `${printable(task.name ?? '?')} (pid ${task.pid})`;
}

function activeIn(pools: WorkqueueQueue['pools']): number {
  return pools.reduce((sum, { activeCount }) => sum + activeCount, 0);
}

function inactiveIn(pools: WorkqueueQueue['pools']): number {
  return pools.reduce((sum, { inactive }) => sum + inactive.length, 0);
}
