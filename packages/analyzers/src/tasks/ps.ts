import {
  type Analyzer,
  defineAnalyzer,
  type Report,
  type ReportText,
  reportRows,
  reportTable,
} from '@vmcorekit/core';
import { readTasks } from '@vmcorekit/linux';
import { nameText, psColumns } from './ps-columns.ts';
import { type PsReport, type PsTask, psHiddenTask, psTask } from './ps-report.ts';
import { isWanted, selectionOf } from './task-selection.ts';

const options = {
  select: {
    type: 'string',
    summary: 'only tasks with these pids or names, with spaces between',
    default: null,
  },
  processes: {
    type: 'boolean',
    summary: 'only the first thread of each process',
    default: false,
  },
  kernel: { type: 'boolean', summary: 'only tasks of the kernel', default: false },
  user: { type: 'boolean', summary: 'only tasks of programs', default: false },
} as const;

const tasksPerStep = 64;

/**
 * The tasks of the kernel, as crash's `ps` shows them, and where the kernel has each of them. The
 * data is `{ tasks, hidden }`; null where the tasks cannot be found.
 */
export const ps: Analyzer<PsReport | null, typeof options> = defineAnalyzer({
  name: 'ps',
  summary: 'the tasks: processes, threads and those of the kernel',
  options,
  *run({ kernel, verdict }, given) {
    if (kernel === null) {
      return without(
        verdict.kernel === null
          ? 'no kernel was found in memory'
          : 'the page tables of the kernel are not known',
      );
    }
    const list = yield* readTasks(kernel);
    if (typeof list === 'string') {
      return without(list);
    }
    const selection = selectionOf(given);
    const tasks: PsTask[] = [];
    for (const task of list.tasks) {
      if (isWanted(task, selection)) {
        tasks.push(psTask(kernel, task));
        if (tasks.length % tasksPerStep === 0) {
          const fraction = tasks.length / list.tasks.length;
          yield { kind: 'progress', doing: 'reading the memory of the tasks', fraction };
        }
      }
    }
    const hidden = list.hidden.filter(({ task }) => isWanted(task, selection)).map(psHiddenTask);
    return {
      text: textOf(tasks),
      data: { tasks, hidden },
      rows: reportRows(psColumns, tasks),
      remarks: [
        ...kernel.types.remarks,
        ...list.remarks,
        ...tasks.flatMap((task) =>
          task.doubts.map(
            (doubt) => `task ${task.pid} ${nameText(task)} at ${task.address}: ${doubt}`,
          ),
        ),
      ],
    };
  },
});

function textOf(tasks: readonly PsTask[]): ReportText {
  return tasks.length === 0 ? ['no task is one of those'] : [reportTable(psColumns, tasks)];
}

function without(because: string): Report<null> {
  return { text: [`no tasks: ${because}`], data: null, rows: reportRows(psColumns, []) };
}
