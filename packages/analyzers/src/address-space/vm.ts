import {
  type Analyzer,
  defineAnalyzer,
  type Kernel,
  type Progress,
  plural,
  printable,
  reportRows,
  reportTable,
  sizeText,
} from '@vmcorekit/core';
import {
  type Area,
  type AreaPages,
  areaPagesOf,
  areasOf,
  type LinuxTask,
  readTasks,
  userMemoryOf,
} from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';
import { tasksNamed } from '../tasks/task-selection.ts';
import { pageColumns, vmColumns } from './vm-columns.ts';
import { type VmReport, vmReport } from './vm-report.ts';

const options = {
  task: {
    type: 'string',
    summary: 'the task, by its pid, name or address',
    default: null,
  },
  pages: {
    type: 'boolean',
    summary: 'count the pages of each area in the page tables',
    default: false,
  },
} as const;

/**
 * The memory of a process, area by area, as crash's `vm` and `/proc/PID/maps` show it. The data is
 * a `VmReport`; null where there is no such process, or its memory cannot be found.
 */
export const vm: Analyzer<VmReport | null, typeof options> = defineAnalyzer({
  name: 'vm',
  summary: 'the memory areas of a process',
  options,
  run: (context, { task: word, pages: hasPages }) =>
    kernelAnswer(
      context,
      { head: 'no memory areas', rows: reportRows(vmColumns, []) },
      function* (kernel, without) {
        const list = yield* readTasks(kernel);
        if (typeof list === 'string') {
          return without(list);
        }
        const task = processNamed(list.tasks, word ?? '1');
        if (typeof task === 'string') {
          return without(task);
        }
        const found = yield* areasOf(kernel, task.values.mm);
        if (typeof found === 'string') {
          return without(found);
        }
        const remarks = [...kernel.types.remarks, ...list.remarks, ...found.remarks];
        let pages: AreaPages[] | null = null;
        if (hasPages) {
          pages = yield* countPages(kernel, task, found.areas);
          if (pages === null) {
            remarks.push('the page tables of the process cannot be found, so no pages are counted');
          }
        }
        const data = vmReport(kernel, task, found, pages);
        const columns = pages === null ? vmColumns : pageColumns;
        return {
          text: [...headOf(data), reportTable(columns, data.virtualMemoryAreas)],
          data,
          rows: reportRows(columns, data.virtualMemoryAreas),
          remarks,
        };
      },
    ),
});

/** A sentence where there is no such process, or more than one. */
function processNamed(tasks: readonly LinuxTask[], word: string): LinuxTask | string {
  const those = tasksNamed(tasks, [word]);
  const [first] = those;
  if (first === undefined) {
    return `no task is ${printable(word)}`;
  }
  const inUse = those.filter(({ values, kernelThread }) => values.mm !== 0n && !kernelThread);
  const [own] = inUse;
  if (own === undefined) {
    return first.kernelThread || first.isIdle
      ? `task ${first.pid} is the kernel's, and has no memory of its own`
      : `task ${first.pid} has no memory any more`;
  }
  return inUse.every(({ values }) => values.mm === own.values.mm)
    ? own
    : `${plural(inUse.length, 'process', 'processes')} are called ${printable(word)}: give one of the pids ${inUse
        .slice(0, 8)
        .map(({ pid }) => pid)
        .join(', ')}`;
}

function* countPages(
  kernel: Kernel,
  { values }: LinuxTask,
  areas: readonly Area[],
): Generator<Progress, AreaPages[] | null, void> {
  const memory = userMemoryOf(kernel, values.mm);
  if (memory === undefined) {
    return null;
  }
  const pages: AreaPages[] = [];
  for (const area of areas) {
    pages.push(yield* areaPagesOf(kernel, memory, area));
  }
  return pages;
}

function headOf(report: VmReport): string[] {
  const { pid, comm, address, mm, pageTables, virtualSizeInBytes, residentSizeInBytes } = report;
  const size = (bytes: number | null): string => (bytes === null ? '–' : sizeText(bytes));
  return [
    `PID ${pid}  TASK ${address.slice(2)}  ${printable(comm)}`,
    `MM ${mm.slice(2)}  PGD ${pageTables.slice(2)}  RSS ${size(residentSizeInBytes)}  VSZ ${size(virtualSizeInBytes)}`,
  ];
}
