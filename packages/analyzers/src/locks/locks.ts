import { type Analyzer, defineAnalyzer, reportRows } from '@vmcorekit/core';
import { blockedTasksOf, readLocks } from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';
import { lockRows, locksColumns } from './locks-columns.ts';
import { type LocksReport, locksReport } from './locks-report.ts';
import { locksLines } from './locks-text.ts';

/**
 * The locks for which tasks wait, who holds them, deadlocks, and the tasks in state D. The data is
 * a `LocksReport`; null where the tasks or the types of locks are not known.
 */
export const locks: Analyzer<LocksReport | null> = defineAnalyzer({
  name: 'locks',
  summary: 'who holds locks that others wait for, and deadlocks',
  options: {},
  run: (context) =>
    kernelAnswer(
      context,
      { head: 'no answer to who waits for locks', rows: reportRows(locksColumns, []) },
      function* (kernel, without) {
        const list = yield* readLocks(kernel);
        if (typeof list === 'string') {
          return without(list);
        }
        const blocked = yield* blockedTasksOf(kernel);
        if (typeof blocked === 'string') {
          return without(blocked);
        }
        const data = locksReport(list, blocked.tasks);
        return {
          text: locksLines(data),
          data,
          rows: reportRows(locksColumns, { [Symbol.iterator]: () => lockRows(data.locks) }),
          remarks: [...kernel.types.remarks, ...list.remarks],
        };
      },
    ),
});
