import { type Analyzer, defineAnalyzer, type Progress, reportRows } from '@vmcorekit/core';
import { blockedTasksOf, readLocks } from '@vmcorekit/linux';
import { kernelAnswer } from '../objects/kernel-answer.ts';
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
  *run(context) {
    return yield* kernelAnswer<Progress, LocksReport | null>(
      context,
      'who waits for locks',
      function* (kernel) {
        const list = yield* readLocks(kernel);
        const blocked = typeof list === 'string' ? list : yield* blockedTasksOf(kernel);
        if (typeof blocked === 'string') {
          return { text: [`no answer to who waits for locks: ${blocked}`], data: null };
        }
        if (typeof list === 'string') {
          return { text: [`no answer to who waits for locks: ${list}`], data: null };
        }
        const data = locksReport(list, blocked.tasks);
        return {
          text: locksLines(data),
          data,
          rows: reportRows(locksColumns, { [Symbol.iterator]: () => lockRows(data.locks) }),
          remarks: [...kernel.types.remarks, ...list.remarks],
        };
      },
    );
  },
});
