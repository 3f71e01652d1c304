import {
  type Analyzer,
  defineAnalyzer,
  plural,
  printable,
  type ReportText,
  reportRows,
  reportTable,
} from '@vmcorekit/core';
import { readTasks } from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';
import { nameText, psColumns } from './ps-columns.ts';
import { type PsReport, type PsTask, psHiddenTask, psTask } from './ps-report.ts';
import { taskLines, treeLine } from './task-lines.ts';
import { isWanted, selectionOf, unmetRemarks, unmetWords } from './task-selection.ts';
import { taskTree } from './task-tree.ts';
import { type PsView, viewLines } from './views/index.ts';

const options = {
  select: {
    type: 'string',
    summary: 'show only tasks with these pids or names, with spaces between',
    default: null,
  },
  processes: {
    type: 'boolean',
    summary: 'show only the first thread of each process',
    default: false,
  },
  kernel: { type: 'boolean', summary: 'show only tasks of the kernel', default: false },
  user: { type: 'boolean', summary: 'show only tasks of programs', default: false },
  tree: { type: 'boolean', summary: 'show each task below its parent', default: false },
  arguments: {
    type: 'boolean',
    summary: 'show the command line and the environment of each',
    default: false,
  },
  details: {
    type: 'boolean',
    summary: 'show full names, files, namespaces and capabilities',
    default: false,
  },
  view: {
    type: 'string',
    summary: 'show parents, children, times, the last run, threads, limits, or a summary',
    default: null,
    choices: ['parents', 'children', 'times', 'last-run', 'threads', 'limits', 'summary'],
  },
  cpu: {
    type: 'integer',
    summary: 'show only tasks that run, or ran last, on this CPU',
    default: null,
    minimum: 0,
    maximum: 8191,
  },
} as const;

const tasksPerStep = 64;
const maxDoubted = 20;

/**
 * The tasks of the kernel, as crash's `ps` shows them, and where the kernel has each of them. The
 * data is `{ tasks, hidden }`; null where the tasks cannot be found.
 */
export const ps: Analyzer<PsReport | null, typeof options> = defineAnalyzer({
  name: 'ps',
  summary: 'the tasks: processes, threads and those of the kernel',
  options,
  run: (context, given) =>
    kernelAnswer(
      context,
      { head: 'no tasks', rows: reportRows(psColumns, []) },
      function* (kernel, without) {
        const list = yield* readTasks(kernel);
        if (typeof list === 'string') {
          return without(list);
        }
        const selection = selectionOf(given);
        const tasks: PsTask[] = [];
        for (const task of list.tasks) {
          if (isWanted(task, selection) && (given.cpu === null || task.cpu === given.cpu)) {
            tasks.push(psTask(kernel, task, given));
            if (tasks.length % tasksPerStep === 0) {
              const fraction = tasks.length / list.tasks.length;
              yield { kind: 'progress', doing: 'reading the memory of the tasks', fraction };
            }
          }
        }
        const unmet = unmetWords(list.tasks, selection);
        if (unmet.length > 0 && unmet.length === selection.words.length) {
          return without(
            `none of the ${plural(list.tasks.length, 'task')} has the pid, name or address ` +
              unmet.map(printable).join(' or '),
            list.remarks,
          );
        }
        const hidden = list.hidden
          .filter(({ task }) => isWanted(task, selection))
          .map(psHiddenTask);
        if (tasks.length === 0 && hidden.length === 0) {
          return without('no task is one of those', list.remarks);
        }
        return {
          text:
            given.view === null || tasks.length === 0
              ? textOf(tasks, given)
              : viewLines(kernel, given.view as PsView, tasks, list.tasks),
          data: { tasks, hidden },
          rows: reportRows(psColumns, tasks),
          remarks: [
            ...kernel.types.remarks,
            ...list.remarks,
            ...unmetRemarks(list.tasks, selection.words),
            ...doubtRemarks(tasks),
          ],
        };
      },
    ),
});

/** The first doubts. A list that was forged has as many as tasks, and the data has them all. */
function doubtRemarks(tasks: readonly PsTask[]): string[] {
  const doubted = tasks.filter(({ doubts }) => doubts.length > 0);
  const remarks = doubted
    .slice(0, maxDoubted)
    .map(
      (task) => `task ${task.pid} ${nameText(task)} at ${task.address}: ${task.doubts.join('; ')}`,
    );
  const left = doubted.length - remarks.length;
  return left === 0
    ? remarks
    : [...remarks, `${plural(left, 'more task')} with doubts, see --json`];
}

function textOf(
  tasks: readonly PsTask[],
  asked: { readonly tree: boolean; readonly arguments: boolean; readonly details: boolean },
): ReportText {
  if (tasks.length === 0) {
    return ['no task is one of those'];
  }
  if (asked.arguments || asked.details) {
    return tasks.flatMap(taskLines);
  }
  return asked.tree ? taskTree(tasks).map(treeLine) : [reportTable(psColumns, tasks)];
}
