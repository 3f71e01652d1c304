import {
  type Analyzer,
  defineAnalyzer,
  type Kernel,
  printable,
  type ReportText,
  reportRows,
  reportTable,
} from '@vmcorekit/core';
import {
  type LinuxTask,
  mountNamespaceOf,
  mountsOf,
  type PathPlace,
  readTasks,
  withoutTypes,
} from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';
import { tasksNamed, unmetRemarks, wordsOf } from '../tasks/task-selection.ts';
import { mountColumns } from './mount-columns.ts';
import { type MountMount, type MountReport, mountMounts } from './mount-report.ts';

const options = {
  select: {
    type: 'string',
    summary: 'the mounts that the task with this pid or name sees',
    default: null,
  },
  all: { type: 'boolean', summary: 'show the mounts of every namespace', default: false },
} as const;

/**
 * The mounts that a task sees, as crash's `mount` shows them; without a task, those of the first
 * process. The data is `{ mounts }`; null where they cannot be found.
 */
export const mount: Analyzer<MountReport | null, typeof options> = defineAnalyzer({
  name: 'mount',
  summary: 'the mounts that tasks see',
  options,
  run: (context, { select, all }) =>
    kernelAnswer(
      context,
      { head: 'no mounts', rows: reportRows(mountColumns, []) },
      function* (kernel, without) {
        const list = yield* readTasks(kernel);
        if (typeof list === 'string') {
          return without(list);
        }
        const words = select === null && !all ? ['1'] : wordsOf(select);
        const tasks = tasksNamed(list.tasks, words);
        if (tasks.length === 0) {
          return without(unmetRemarks(list.tasks, words), list.remarks);
        }
        const namespaces = namespacesOf(kernel, tasks);
        if (namespaces.length === 0) {
          return without(
            kernel.types.struct('task_struct')?.member('nsproxy') === undefined
              ? withoutTypes(kernel, 'the namespaces of tasks')
              : 'the namespace of its mounts is not known; a task that has ended has none',
            list.remarks,
          );
        }
        const parts: Part[] = [];
        const remarks = [
          ...kernel.types.remarks,
          ...list.remarks,
          ...unmetRemarks(list.tasks, words),
        ];
        for (const { address, root, tasks: those } of namespaces) {
          const found = mountsOf(kernel, address, root);
          if (typeof found === 'string') {
            return without(found);
          }
          parts.push({ mounts: mountMounts(found), tasks: those, number: found.namespaceNumber });
          remarks.push(...found.remarks);
          yield { kind: 'progress', doing: 'reading the mounts', fraction: null };
        }
        const mounts = parts.flatMap((part) => part.mounts);
        return {
          text: textOf(parts),
          data: { mounts },
          rows: reportRows(mountColumns, mounts),
          remarks,
        };
      },
    ),
});

interface Part {
  readonly mounts: readonly MountMount[];
  readonly tasks: readonly LinuxTask[];
  readonly number: number | null;
}

interface Namespace {
  readonly address: bigint;
  readonly root: PathPlace | null;
  readonly tasks: LinuxTask[];
}

/**
 * Each namespace once, seen from the root of the first of its tasks. Those of the kernel come last,
 * because some of them have a root that no process can reach.
 */
function namespacesOf(kernel: Kernel, tasks: readonly LinuxTask[]): Namespace[] {
  const found = new Map<bigint, Namespace>();
  const isKernels = ({ kernelThread, isIdle }: LinuxTask): boolean => kernelThread || isIdle;
  const first = tasks.filter((task) => !isKernels(task));
  for (const task of [...first, ...tasks.filter(isKernels)]) {
    const namespace = mountNamespaceOf(kernel, task);
    if (namespace === undefined) {
      continue;
    }
    const { address } = namespace;
    const known = found.get(address);
    if (known === undefined) {
      found.set(address, { address, root: namespace.root, tasks: [task] });
    } else {
      known.tasks.push(task);
    }
  }
  return [...found.values()];
}

function textOf(parts: readonly Part[]): ReportText {
  return parts.flatMap(({ mounts, tasks, number }, index) => [
    ...(parts.length === 1 ? [] : [...(index === 0 ? [] : ['']), headOf(tasks, number)]),
    reportTable(mountColumns, mounts),
  ]);
}

const shownTasks = 8;

function headOf(tasks: readonly LinuxTask[], number: number | null): string {
  const few = tasks
    .slice(0, shownTasks)
    .map(({ pid, comm }) => `${pid} ${printable(comm)}`)
    .join(', ');
  const more = tasks.length > shownTasks ? ` and ${tasks.length - shownTasks} more` : '';
  return `mnt:[${number ?? '–'}] of ${few}${more}`;
}
