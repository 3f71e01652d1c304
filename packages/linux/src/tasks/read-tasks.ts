import { hex, type Kernel, type Progress, plural, type VirtualAddress } from '@vmcorekit/core';
import { WalkNotes } from '../containers/walk.ts';
import { perKernel } from '../per-kernel.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { taskCountOf } from '../system/task-count.ts';
import { initTaskOf } from './init-task.ts';
import { LinuxTask } from './linux-task.ts';
import { doubtsOf, type ReadTask } from './task-belief.ts';
import { hasEnded, isNew } from './task-state.ts';
import { type TaskValues, taskReaderOf } from './task-struct.ts';
import {
  childrenOf,
  currentOf,
  idleOf,
  listedTasks,
  numberedTasks,
  possibleCpus,
  runqueueOf,
  type Sighting,
  type TaskLinks,
  type TaskView,
  taskLinksOf,
} from './task-views.ts';

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
const maxRemarks = 64;

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
  return yield* walk.result();
}

interface Seen {
  readonly address: VirtualAddress;
  readonly values: TaskValues;
  readonly views: TaskView[];
  readonly doubts: string[];
  isCurrent: boolean;
  /** The CPU that runs it, or that runs it when idle. */
  cpu: number | null;
}

class TaskWalk {
  readonly notes: WalkNotes = new WalkNotes();
  readonly #kernel: Kernel;
  readonly #links: TaskLinks;
  readonly #read: ReadTask;
  readonly #seen: Map<VirtualAddress, Seen> = new Map();
  /** Places that a view names, and that cannot be read. */
  readonly #lost: Set<VirtualAddress> = new Set();
  readonly #remarks: string[] = [];
  #omitted: number = 0;
  /** The first of them is `init_task`, whatever the runqueues say. */
  readonly #idle: Set<VirtualAddress> = new Set();
  readonly #views: Set<TaskView> = new Set();
  /** Views of which a part is lost: what they do not show may lie there. */
  readonly #torn: Set<TaskView> = new Set();
  #hasCurrents: boolean = false;
  /** Whether some CPU does not show what it runs. */
  #isCurrentLost: boolean = false;

  constructor(kernel: Kernel, links: TaskLinks, initTask: VirtualAddress, read: ReadTask) {
    this.#kernel = kernel;
    this.#links = links;
    this.#read = read;
    this.#idle.add(initTask);
  }

  read(address: VirtualAddress): TaskValues | undefined {
    return this.#seen.get(address)?.values ?? this.#read(address);
  }

  *look(view: TaskView, sightings: Iterable<Sighting>): Generator<Progress, void, void> {
    let count = 0;
    const damage = this.#damage();
    for (const { address, pid } of sightings) {
      this.#views.add(view);
      const seen = this.#see(view, address);
      if (seen !== undefined && pid !== undefined && pid !== seen.values.pid) {
        seen.doubts.push(`the pids have it under ${pid}, its own number is ${seen.values.pid}`);
      }
      if (++count % tasksPerStep === 0) {
        yield { kind: 'progress', doing: `reading the tasks: ${this.#seen.size}`, fraction: null };
      }
    }
    if (this.#damage() > damage) {
      this.#torn.add(view);
    }
  }

  #damage(): number {
    return this.notes.all.length + this.notes.omitted + this.#lost.size;
  }

  *lookAtCpus(): Generator<Progress, void, void> {
    const walked = new Set<VirtualAddress>();
    const currents = new Map<VirtualAddress, number>();
    let isDoubtful = false;
    for (const cpu of possibleCpus(this.#kernel)) {
      const current = currentOf(this.#kernel, cpu) ?? 0n;
      currents.set(current, (currents.get(current) ?? 0) + 1);
    }
    for (const cpu of possibleCpus(this.#kernel)) {
      const queue = runqueueOf(this.#kernel, this.#links, cpu, this.notes, walked);
      if (queue !== undefined) {
        this.#idle.add(queue.idle);
        yield* this.look(
          'runqueue',
          queue.tasks.map((address) => ({ address })),
        );
      }
      const idle = queue === undefined ? idleOf(this.#kernel, cpu) : undefined;
      if (idle !== undefined && this.read(idle)?.pid === 0) {
        this.#idle.add(idle);
        yield* this.#lookAt('cpu', idle, cpu);
      }
      const current = currentOf(this.#kernel, cpu);
      if (current === undefined) {
        this.#isCurrentLost = true;
        continue;
      }
      const own = this.read(current)?.cpu;
      // A CPU that never ran still has what its template names: a task of another CPU.
      const isShared = currents.get(current) !== 1;
      isDoubtful ||= own === null && isShared;
      this.#hasCurrents = !isDoubtful;
      if (own === cpu || (own === null && !isShared)) {
        if (queue === undefined && idle === undefined && this.read(current)?.pid === 0) {
          // Neither view of the idle task can be read, and no other task has this number.
          this.#idle.add(current);
        }
        const seen = yield* this.#lookAt('cpu', current, cpu);
        if (seen !== undefined) {
          seen.isCurrent = true;
        }
        if (queue !== undefined && queue.current !== current) {
          this.remark(
            `CPU ${cpu} runs the task at ${hex(current)}, and its runqueue the one at ` +
              `${hex(queue.current)}: it was switching, or memory changed while it was dumped`,
          );
        }
      }
    }
  }

  *#lookAt(
    view: TaskView,
    address: VirtualAddress,
    cpu: number,
  ): Generator<Progress, Seen | undefined, void> {
    yield* this.look(view, [{ address }]);
    const seen = this.#seen.get(address);
    if (seen !== undefined) {
      seen.cpu = cpu;
    }
    return seen;
  }

  /** A child may have children that no other view has. */
  *lookAtChildren(): Generator<Progress, void, void> {
    for (const address of this.#seen.keys()) {
      yield* this.look('children', childrenOf(this.#kernel, this.#links, address, this.notes));
    }
  }

  *result(): Generator<Progress, TaskList, void> {
    const tasks: LinuxTask[] = [];
    const hidden: HiddenTask[] = [];
    let count = 0;
    for (const seen of this.#seen.values()) {
      if (++count % tasksPerStep === 0) {
        const fraction = count / this.#seen.size;
        yield { kind: 'progress', doing: 'checking the tasks', fraction };
      }
      const isIdle = this.#isIdle(seen);
      const isListed = isIdle || seen.views.includes('tasks');
      const onCpu = this.#onCpu(seen);
      const contradictions = [...this.#missing(seen), ...seen.doubts];
      const isPlain = isListed && onCpu === false && contradictions.length === 0;
      const read: ReadTask = (at) => this.read(at);
      const doubts = doubtsOf(this.#kernel, seen.address, seen.values, read, isPlain);
      if (!isListed && doubts.length > 0) {
        const views = seen.views.join(' and ');
        const because = doubts.join('; ');
        this.remark(
          `${views} lead to ${hex(seen.address)}, which is no task that can be proved: ${because}`,
        );
        continue;
      }
      const because = isListed ? undefined : whyHidden(seen.values, this.#torn);
      const task = new LinuxTask(this.#kernel, seen.address, seen.values, {
        ppid: isIdle ? 0 : (this.read(seen.values.realParent)?.tgid ?? null),
        cpu: seen.values.cpu ?? seen.cpu,
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
      views: [...this.#views],
      remarks: [
        ...this.notes.remarks(),
        ...this.#remarks,
        ...(this.#omitted === 0 ? [] : [`${plural(this.#omitted, 'more remark')} left out`]),
        ...this.#countRemarks(),
      ],
    };
  }

  remark(sentence: string): void {
    if (this.#remarks.length < maxRemarks) {
      this.#remarks.push(sentence);
    } else {
      this.#omitted++;
    }
  }

  #see(view: TaskView, address: VirtualAddress): Seen | undefined {
    const known = this.#seen.get(address);
    if (known !== undefined) {
      if (!known.views.includes(view)) {
        known.views.push(view);
      }
      return known;
    }
    const values = this.#read(address);
    if (values === undefined) {
      if (!this.#lost.has(address)) {
        this.#lost.add(address);
        this.remark(`${view} leads to a task at ${hex(address)}, which cannot be read`);
      }
      return undefined;
    }
    const seen = { address, values, views: [view], doubts: [], isCurrent: false, cpu: null };
    this.#seen.set(address, seen);
    return seen;
  }

  #onCpu({ isCurrent, values }: Seen): boolean | null {
    if (this.#hasCurrents && (isCurrent || !this.#isCurrentLost)) {
      return isCurrent;
    }
    return values.onCpu === null ? null : values.onCpu !== 0;
  }

  /** An idle task has the number 0, or the runqueue only calls it one. */
  #isIdle({ address, values }: Seen): boolean {
    return this.#idle.has(address) && values.pid === 0;
  }

  /** The places that should have a task, and have not. One that has ended leaves them. */
  #missing(seen: Seen): string[] {
    const { values, views } = seen;
    if (this.#isIdle(seen) || values.pid === 0 || hasEnded(values)) {
      return [];
    }
    const isMissing = (view: TaskView) =>
      this.#views.has(view) && !this.#torn.has(view) && !views.includes(view);
    return [
      ...(isMissing('pids') ? ['the pids do not have it'] : []),
      ...(isMissing('children') && values.pid === values.tgid
        ? ['its parent does not have it among its children']
        : []),
    ];
  }

  #countRemarks(): string[] {
    const { value } = taskCountOf(this.#kernel);
    const listed = [...this.#seen.values()].filter(
      (seen) => seen.views.includes('tasks') && !this.#isIdle(seen),
    ).length;
    return value === null || value === listed
      ? []
      : [`the kernel counts ${plural(value, 'task')} (nr_threads), and its list has ${listed}`];
  }
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
