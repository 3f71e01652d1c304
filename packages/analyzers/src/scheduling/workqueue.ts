import { type Analyzer, defineAnalyzer, plural, reportRows } from '@vmcorekit/core';
import { readWorkqueues } from '@vmcorekit/linux';
import { foundAnswer } from '../kernel-answer.ts';
import { type OneTable, oneTable } from '../tables.ts';
import {
  poolColumns,
  queueColumns,
  workColumns,
  workerColumns,
  workerRows,
  workRows,
} from './workqueue-columns.ts';
import { type WorkqueueReport, workqueueReport } from './workqueue-report.ts';

const options = {
  delayed: {
    type: 'boolean',
    summary: 'show also works whose timer has not fired',
    default: false,
  },
  workers: { type: 'boolean', summary: 'show the workers, idle ones too', default: false },
  pools: { type: 'boolean', summary: 'show the pools of workers', default: false },
  queues: { type: 'boolean', summary: 'show the workqueues', default: false },
} as const;

type Asked = Readonly<Record<keyof typeof options, boolean>>;

/**
 * The workqueues of the kernel, their workers, and the works that run or wait. The data is `{
 * workqueues, pools, delayed }`; null where the workqueues cannot be found.
 */
export const workqueue: Analyzer<WorkqueueReport | null, typeof options> = defineAnalyzer({
  name: 'workqueue',
  summary: 'the works that run or wait, with their workers and workqueues',
  options,
  *run(context, asked) {
    return yield* foundAnswer(
      context,
      { head: 'no answer to workqueue', rows: reportRows(workColumns, []) },
      readWorkqueues,
      (found) => {
        const data = workqueueReport(found);
        const parts = partsOf(data, asked);
        return {
          text: [countLine(data), ...parts.flatMap(({ text }) => ['', ...text])],
          data,
          // Each part has other columns, so the first is the table.
          ...(parts[0] === undefined ? {} : { rows: parts[0].rows }),
          remarks: found.remarks,
        };
      },
    );
  },
});

function partsOf(data: WorkqueueReport, asked: Asked): OneTable[] {
  const isWorks = asked.delayed || !(asked.workers || asked.pools || asked.queues);
  const works = isWorks ? workRows(data, asked.delayed ? (data.delayed ?? []) : []) : [];
  return [
    ...(isWorks ? [oneTable(workColumns, works, 'no work runs or waits')] : []),
    ...(asked.workers ? [oneTable(workerColumns, workerRows(data), 'no workers')] : []),
    ...(asked.pools ? [oneTable(poolColumns, data.pools, 'no worker pools')] : []),
    ...(asked.queues ? [oneTable(queueColumns, data.workqueues, 'no workqueues')] : []),
  ];
}

function countLine(data: WorkqueueReport): string {
  const workers = data.pools.flatMap((pool) => pool.workers);
  const busy = workers.filter(({ state }) => state === 'busy').length;
  const pending = data.pools.reduce((sum, pool) => sum + pool.pending.length, 0);
  return (
    `${plural(data.workqueues.length, 'workqueue')}, ${plural(data.pools.length, 'pool')}, ` +
    `${plural(workers.length, 'worker')} (${busy} busy), ${plural(pending, 'pending work')}` +
    (data.delayed === null ? '' : `, ${plural(data.delayed.length, 'delayed work')}`)
  );
}
