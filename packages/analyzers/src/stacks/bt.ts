import {
  type Analyzer,
  defineAnalyzer,
  type Kernel,
  type Progress,
  plural,
  reportRows,
  type Task,
} from '@vmcorekit/core';
import { panicCpuOf, readTasks, runningCpusOf, stackOfCpu, stackOfTask } from '@vmcorekit/linux';
import { kernelAnswer, noSuchCpu } from '../kernel-answer.ts';
import { tasksNamed, unmetRemarks, wordsOf } from '../tasks/task-selection.ts';
import { btColumns, rowsOf } from './bt-columns.ts';
import { groupsOf } from './bt-groups.ts';
import { type BtReport, type BtStack, btStack, type StackOwner } from './bt-report.ts';
import { linesOf } from './bt-text.ts';

const options = {
  select: {
    type: 'string',
    summary: 'only tasks with these pids or names, with spaces between',
    default: null,
  },
  cpu: {
    type: 'integer',
    summary: 'only the CPU of this number',
    default: null,
    minimum: 0,
    maximum: 8191,
  },
  cpus: { type: 'boolean', summary: 'every CPU', default: false },
  all: { type: 'boolean', summary: 'every task', default: false },
  grouped: {
    type: 'boolean',
    summary: 'tasks with equal stacks together, the largest group first; of every task',
    default: false,
  },
} as const;

/** What was asked for. */
interface Wanted {
  readonly words: readonly string[];
  readonly cpu: number | null;
  readonly cpus: boolean;
  readonly all: boolean;
}

const stacksPerStep = 16;

/**
 * The stacks of tasks and CPUs, unwound by what the kernel itself keeps. Without options: the CPU
 * that panicked, else every CPU. The data is a `BtReport`; null where there is no such stack.
 */
export const bt: Analyzer<BtReport | null, typeof options> = defineAnalyzer({
  name: 'bt',
  summary: 'the stacks of tasks and CPUs',
  options,
  run: (context, { select, grouped, ...given }) =>
    kernelAnswer(
      context,
      { head: 'no stacks', rows: reportRows(btColumns, []) },
      function* (kernel, without) {
        const words = wordsOf(select);
        const isAll =
          given.all || (grouped && words.length === 0 && given.cpu === null && !given.cpus);
        const list = yield* readTasks(kernel);
        const tasks = typeof list === 'string' ? [] : list.tasks;
        if (typeof list === 'string' && (isAll || words.length > 0)) {
          return without(list);
        }
        const owners = ownersOf(kernel, tasks, { ...given, words, all: isAll });
        const unmet = [
          ...unmetRemarks(tasks, words),
          ...noSuchCpu(
            given.cpu,
            runningCpusOf(kernel).map(({ number }) => number),
          ),
        ];
        if (owners.length === 0) {
          return without(
            unmet.length > 0 ? unmet : 'no CPU is known',
            typeof list === 'string' ? [] : list.remarks,
          );
        }
        const { stacks, remarks } = yield* readStacks(kernel, owners);
        const data: BtReport = { stacks, groups: grouped ? groupsOf(stacks) : null };
        return {
          text: linesOf(data),
          data,
          rows: reportRows(btColumns, { [Symbol.iterator]: () => rowsOf(stacks) }),
          sources: { unwinder: [...new Set(stacks.map(({ by }) => by))].join(', ') },
          remarks: [
            ...kernel.types.remarks,
            // Of a CPU, the list of tasks gives only the name.
            ...(typeof list !== 'string' && (isAll || words.length > 0) ? list.remarks : []),
            ...unmet,
            ...remarks,
          ],
        };
      },
    ),
});

function ownersOf(kernel: Kernel, tasks: readonly Task[], wanted: Wanted): StackOwner[] {
  const { words, cpu, cpus, all } = wanted;
  const ofTask = (task: Task): StackOwner => ({
    task,
    address: task.address,
    cpu: task.cpu,
    isCpu: false,
  });
  if (all) {
    return tasks.map(ofTask);
  }
  const byAddress = new Map(tasks.map((task) => [task.address, task]));
  const ofCpus = runningCpusOf(kernel).map(
    (running): StackOwner => ({
      task: running.task === null ? null : (byAddress.get(running.task) ?? null),
      address: running.task,
      cpu: running.number,
      isCpu: true,
    }),
  );
  const selected = words.length === 0 ? [] : tasksNamed(tasks, words);
  if (words.length > 0 || cpu !== null || cpus) {
    return [
      ...selected.map(ofTask),
      ...ofCpus.filter((each) => cpus || (cpu !== null && each.cpu === cpu)),
    ];
  }
  const panicked = kernel.located.role === 'crashed' ? panicCpuOf(kernel) : undefined;
  const ofPanic = ofCpus.filter((each) => each.cpu === panicked);
  return ofPanic.length > 0 ? ofPanic : ofCpus;
}

function* readStacks(
  kernel: Kernel,
  owners: readonly StackOwner[],
): Generator<Progress, { stacks: BtStack[]; remarks: string[] }, void> {
  const stacks: BtStack[] = [];
  const owned = new Map<string, string[]>();
  for (const owner of owners) {
    const { address, cpu, isCpu } = owner;
    const trace =
      isCpu || address === null ? stackOfCpu(kernel, cpu ?? -1) : stackOfTask(kernel, address);
    stacks.push(btStack(owner, trace));
    const name = owner.task === null ? `CPU ${owner.cpu}` : `task ${owner.task.pid}`;
    for (const remark of trace.remarks) {
      const names = owned.get(remark) ?? [];
      names.push(name);
      owned.set(remark, names);
    }
    if (stacks.length % stacksPerStep === 0) {
      const fraction = stacks.length / owners.length;
      yield { kind: 'progress', doing: 'unwinding stacks', fraction };
    }
  }
  // What holds for many stacks is said once.
  const remarks = [...owned].map(
    ([remark, names]) =>
      `${names.length > 1 ? plural(names.length, 'stack') : names[0]}: ${remark}`,
  );
  return { stacks, remarks };
}
