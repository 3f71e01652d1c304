import {
  type Analyzer,
  defineAnalyzer,
  printable,
  type ReportText,
  reportRows,
  reportTable,
} from '@vmcorekit/core';
import { fileOwners, readTasks } from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';
import { tasksNamed, unmetRemarks, wordsOf } from '../tasks/task-selection.ts';
import { filesColumns } from './files-columns.ts';
import {
  type FilesFile,
  type FilesProcess,
  type FilesReport,
  filesProcess,
} from './files-report.ts';

const options = {
  select: {
    type: 'string',
    summary: 'only tasks with these pids or names, with spaces between',
    default: null,
  },
} as const;

/**
 * The open files of processes, as crash's `files` and lsof show them. Without a selection, of all
 * processes. The data is `{ processes }`; null where the tasks cannot be found.
 */
export const files: Analyzer<FilesReport | null, typeof options> = defineAnalyzer({
  name: 'files',
  summary: 'the open files of processes',
  options,
  run: (context, { select }) =>
    kernelAnswer(
      context,
      { head: 'no files', rows: reportRows(filesColumns, []) },
      function* (kernel, without) {
        const list = yield* readTasks(kernel);
        if (typeof list === 'string') {
          return without(list);
        }
        const words = wordsOf(select);
        const tasks =
          words.length === 0 ? fileOwners(kernel, list.tasks) : tasksNamed(list.tasks, words);
        if (tasks.length === 0) {
          return without(unmetRemarks(list.tasks, words), list.remarks);
        }
        const processes: FilesProcess[] = [];
        for (const task of tasks) {
          processes.push(yield* filesProcess(kernel, task));
          const fraction = processes.length / tasks.length;
          yield { kind: 'progress', doing: 'reading the open files', fraction };
        }
        const [first] = processes;
        if (processes.every((process) => process.files === null)) {
          return without(first?.remarks ?? [], list.remarks);
        }
        const isShown = ({ kernelThread, files: found }: FilesProcess): boolean =>
          words.length > 0 || !kernelThread || found?.length !== 0;
        const rows = processes.flatMap((process) => rowsOf(process));
        return {
          text: textOf(processes.filter(isShown)),
          data: { processes },
          rows: reportRows(filesColumns, rows),
          remarks: [
            ...kernel.types.remarks,
            ...list.remarks,
            ...unmetRemarks(list.tasks, words),
            ...processes.flatMap(({ pid, comm, remarks }) =>
              remarks.map((remark) => `task ${pid} ${printable(comm)}: ${remark}`),
            ),
          ],
        };
      },
    ),
});

function textOf(processes: readonly FilesProcess[]): ReportText {
  return processes.flatMap((process, index) => [
    ...(index === 0 ? [] : ['']),
    `PID ${process.pid}  TASK ${process.address.slice(2)}  ${printable(process.comm)}`,
    `root ${placeText(process.root)}  cwd ${placeText(process.cwd)}  exe ${placeText(process.exe)}`,
    ...(process.files === null
      ? ['open files not known']
      : process.files.length === 0
        ? ['no open files']
        : [reportTable(filesColumns, rowsOf(process))]),
  ]);
}

function rowsOf(process: FilesProcess): { process: FilesProcess; file: FilesFile }[] {
  return (process.files ?? []).map((file) => ({ process, file }));
}

function placeText(path: string | null): string {
  return path === null ? '–' : printable(path);
}
