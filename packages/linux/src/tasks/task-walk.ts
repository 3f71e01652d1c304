import { hex, type Kernel, type Progress, plural, type VirtualAddress } from '@vmcorekit/core';
import { WalkNotes } from '../containers/walk.ts';
import type { ReadTask } from './task-belief.ts';
import { hasEnded } from './task-state.ts';
import type { TaskValues } from './task-struct.ts';
import {
  childrenOf,
  currentOf,
  idleOf,
  possibleCpus,
  runqueueOf,
  type Sighting,
  type TaskLinks,
  type TaskView,
} from './task-views.ts';

const tasksPerStep = 256;
const maxRemarks = 64;

/** A task, and where it was seen. */
export interface SeenTask {
  readonly address: VirtualAddress;
  readonly values: TaskValues;
  readonly views: TaskView[];
  readonly doubts: string[];
  isCurrent: boolean;
  /** The CPU that runs it, or that runs it when idle. */
  cpu: number | null;
}

/**
 * Collects the tasks that the views of a kernel show, and what each view says of them. A view with
 * damage is torn: a task that it does not show may lie in the lost part.
 */
export class TaskWalk {
  readonly notes: WalkNotes = new WalkNotes();
  readonly #kernel: Kernel;
  readonly #links: TaskLinks;
  readonly #read: ReadTask;
  readonly #seen: Map<VirtualAddress, SeenTask> = new Map();
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

  get seen(): ReadonlyMap<VirtualAddress, SeenTask> {
    return this.#seen;
  }

  /** The views that show a task. */
  get views(): readonly TaskView[] {
    return [...this.#views];
  }

  get torn(): ReadonlySet<TaskView> {
    return this.#torn;
  }

  get remarks(): readonly string[] {
    return [
      ...this.notes.remarks(),
      ...this.#remarks,
      ...(this.#omitted === 0 ? [] : [`${plural(this.#omitted, 'more remark')} left out`]),
    ];
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
  ): Generator<Progress, SeenTask | undefined, void> {
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

  remark(sentence: string): void {
    if (this.#remarks.length < maxRemarks) {
      this.#remarks.push(sentence);
    } else {
      this.#omitted++;
    }
  }

  /** Whether a CPU runs it; null where nothing says so. */
  onCpu({ isCurrent, values }: SeenTask): boolean | null {
    if (this.#hasCurrents && (isCurrent || !this.#isCurrentLost)) {
      return isCurrent;
    }
    return values.onCpu === null ? null : values.onCpu !== 0;
  }

  /** An idle task has the number 0, or the runqueue only calls it one. */
  isIdle({ address, values }: SeenTask): boolean {
    return this.#idle.has(address) && values.pid === 0;
  }

  /** The places that should have a task, and have not. One that has ended leaves them. */
  missing(seen: SeenTask): string[] {
    const { values, views } = seen;
    if (this.isIdle(seen) || values.pid === 0 || hasEnded(values)) {
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

  #see(view: TaskView, address: VirtualAddress): SeenTask | undefined {
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
}
