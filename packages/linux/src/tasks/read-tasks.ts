import { hex, type Kernel, type Progress, plural } from '@vmcorekit/core';
import { perCpuOf } from '../containers/per-cpu.ts';
import { perKernel } from '../per-kernel.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { taskCountOf } from '../system/task-count.ts';
import { initTaskOf } from './init-task.ts';
import { LinuxTask } from './linux-task.ts';
import { doubtsOf, type ReadTask } from './task-belief.ts';
import { hasEnded, isNew } from './task-state.ts';
import { type TaskValues, taskReaderOf } from './task-struct.ts';
import { listedTasks, numberedTasks, type TaskView, taskLinksOf } from './task-views.ts';
import { TaskWalk } from './task-walk.ts';

/** A task that the list of tasks does not have. */
export interface HiddenTask {
  readonly task: LinuxTask;
  /**
   * `hidden`: nothing explains it. `torn`: it may lie in a part of the list that is lost.
   * `exiting`, `new`: the list lost it, or has not got it yet.
   */
  readonly reason: 'hidden' | 'torn' | 'exiting' | 'new';
  /** A sentence. */
  readonly because: string;
}

/** The tasks of a kernel. */
export interface TaskList {
  /** By pid; the idle tasks first. Those in `hidden` are among them. */
  readonly tasks: readonly LinuxTask[];
  readonly hidden: readonly HiddenTask[];
  /** The views that this kernel has: what is not in one of them was looked for there. */
  readonly views: readonly TaskView[];
  readonly remarks: readonly string[];
}

const tasksPerStep = 256;

/**
 * Reads the tasks of a kernel, once, and looks for each in five places: the list of tasks, the
 * pids, the children of each task, the runqueues and the CPUs' own words. A sentence where the
 * kernel's symbols or types do not lead to its tasks.
 */
export function* readTasks(kernel: Kernel): Generator<Progress, TaskList | string, void> {
  const memo = memoOf(kernel);
  memo.list ??= yield* walkTasks(kernel);
  return memo.list;
}

const memoOf = perKernel((): { list?: TaskList | string } => ({}));

function* walkTasks(kernel: Kernel): Generator<Progress, TaskList | string, void> {
  const reader = taskReaderOf(kernel);
  const links = taskLinksOf(kernel);
  if (reader === undefined || links === undefined) {
    return withoutTypes(kernel, 'struct task_struct');
  }
  const first = initTaskOf(kernel);
  if (first === undefined) {
    return (
      `the symbols (${kernel.symbols.from}) do not name init_task, where the tasks begin; ` +
      'would help: give a System.map or vmlinux of this kernel with --symbols'
    );
  }
  const initTask = first.address;
  const walk = new TaskWalk(kernel, links, initTask, (address) => reader.tryRead(address));
  if (walk.read(initTask) === undefined) {
    return `init_task at ${hex(initTask)} cannot be read, and the list of tasks begins there`;
  }
  if (!first.isNamed) {
    walk.remark('no symbol names init_task: it was found by its shape in the data of the kernel');
  }
  yield* walk.look(
    'tasks',
    listedTasks(kernel, links, initTask, (task) => walk.read(task)?.signal, walk.notes),
  );
  yield* walk.look('pids', numberedTasks(kernel, walk.notes));
  yield* walk.lookAtCpus();
  yield* walk.lookAtChildren();
  return yield* listOf(kernel, walk);
}

/** The tasks that a walk found, and what speaks against each. */
function* listOf(kernel: Kernel, walk: TaskWalk): Generator<Progress, TaskList, void> {
  const tasks: LinuxTask[] = [];
  const hidden: HiddenTask[] = [];
  let count = 0;
  for (const seen of walk.seen.values()) {
    if (++count % tasksPerStep === 0) {
      const fraction = count / walk.seen.size;
      yield { kind: 'progress', doing: 'checking the tasks', fraction };
    }
    const isIdle = walk.isIdle(seen);
    const isListed = isIdle || seen.views.includes('tasks');
    const onCpu = walk.onCpu(seen);
    const contradictions = [...walk.missing(seen), ...seen.doubts];
    const isPlain = isListed && onCpu === false && contradictions.length === 0;
    const read: ReadTask = (at) => walk.read(at);
    const doubts = [
      ...doubtsOf(kernel, seen.address, seen.values, read, isPlain),
      ...(isCpu(kernel, seen.values.cpu)
        ? []
        : [`its CPU ${seen.values.cpu} is none that the kernel has`]),
    ];
    if (!isListed && doubts.length > 0) {
      const views = seen.views.join(' and ');
      const because = doubts.join('; ');
      walk.remark(
        `${views} lead to ${hex(seen.address)}, which is no task that can be proved: ${because}`,
      );
      continue;
    }
    const because = isListed ? undefined : whyHidden(seen.values, walk.torn);
    const task = new LinuxTask(kernel, seen.address, seen.values, {
      ppid: isIdle ? 0 : (walk.read(seen.values.realParent)?.tgid ?? null),
      cpu: isCpu(kernel, seen.values.cpu) ? (seen.values.cpu ?? seen.cpu) : seen.cpu,
      onCpu,
      isIdle,
      seenBy: seen.views,
      doubts: [...doubts, ...(because === undefined ? [] : [because.because]), ...contradictions],
    });
    tasks.push(task);
    if (because !== undefined) {
      hidden.push({ task, ...because });
    }
  }
  tasks.sort((one, other) => one.pid - other.pid || (one.cpu ?? 0) - (other.cpu ?? 0));
  return {
    tasks,
    hidden,
    views: walk.views,
    remarks: [...walk.remarks, ...countRemarks(kernel, walk)],
  };
}

/** False for the number of no CPU that the kernel can have. */
function isCpu(kernel: Kernel, cpu: number | null): boolean {
  return cpu === null || perCpuOf(kernel).possible.value?.includes(cpu) !== false;
}

function countRemarks(kernel: Kernel, walk: TaskWalk): string[] {
  const { value } = taskCountOf(kernel);
  const listed = [...walk.seen.values()].filter(
    (seen) => seen.views.includes('tasks') && !walk.isIdle(seen),
  ).length;
  return value === null || value === listed
    ? []
    : [`the kernel counts ${plural(value, 'task')} (nr_threads), and its list has ${listed}`];
}

function whyHidden(values: TaskValues, torn: ReadonlySet<TaskView>): Omit<HiddenTask, 'task'> {
  if (hasEnded(values)) {
    return { reason: 'exiting', because: 'it has ended, and is in the list no more' };
  }
  if (torn.has('tasks')) {
    return { reason: 'torn', because: 'the list of tasks is torn, so it may lie in the lost part' };
  }
  return ((values.state ?? 0n) & isNew) === 0n
    ? { reason: 'hidden', because: 'the list of tasks does not have it' }
    : { reason: 'new', because: 'it is being made, and is not in the list yet' };
}
