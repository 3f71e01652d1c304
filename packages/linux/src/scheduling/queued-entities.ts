import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { countOf } from '../containers/layout.ts';
import { listNodes } from '../containers/list.ts';
import { rbNodes } from '../containers/rb-tree.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { number, optional, place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';

/** Groups of tasks may hold groups; no system nests them as deep. */
const maxDepth = 64;
/** More than wait on one CPU anywhere. */
const taskLimit = 2 ** 16;
/** MAX_RT_PRIO. */
const maxPriorities = 100;

/** Walks the queues of one CPU. Source: Linux, kernel/sched/sched.h (struct rq and its parts). */
export class QueuedEntities {
  readonly #kernel: Kernel;
  readonly #notes: WalkNotes;
  readonly #fairQueue: NonNullable<ReturnType<typeof fairQueueOf>>;
  readonly #fair: NonNullable<ReturnType<typeof fairOf>>;
  readonly #realTime: ReturnType<typeof realTimeOf>;
  readonly #deadline: ReturnType<typeof deadlineOf>;

  private constructor(
    kernel: Kernel,
    notes: WalkNotes,
    fairQueue: NonNullable<ReturnType<typeof fairQueueOf>>,
    fair: NonNullable<ReturnType<typeof fairOf>>,
  ) {
    this.#kernel = kernel;
    this.#notes = notes;
    this.#fairQueue = fairQueue;
    this.#fair = fair;
    this.#realTime = realTimeOf(kernel);
    this.#deadline = deadlineOf(kernel);
  }

  /** Undefined where the kernel's types do not have the queues. */
  static of(kernel: Kernel, notes: WalkNotes): QueuedEntities | undefined {
    const fairQueue = fairQueueOf(kernel);
    const fair = fairOf(kernel);
    return fairQueue === undefined || fair === undefined
      ? undefined
      : new QueuedEntities(kernel, notes, fairQueue, fair);
  }

  /** Tasks in the tree at a `struct cfs_rq` and in those of its groups; the running one first. */
  *fair(
    queue: VirtualAddress,
    seen: Set<VirtualAddress> = new Set(),
    depth: number = 0,
  ): Generator<{ readonly task: VirtualAddress; readonly isDelayed: boolean }, void, void> {
    if (seen.has(queue) || depth > maxDepth) {
      this.#damage('the tree of a group', queue, 'the group comes again, or lies too deep');
      return;
    }
    seen.add(queue);
    const values = this.#fairQueue.tryRead(queue);
    if (values === undefined) {
      this.#damage('the tree of fair tasks', queue, 'it cannot be read');
      return;
    }
    const name = `the tree of fair tasks at 0x${values.tree.toString(16)}`;
    const limit = taskLimit;
    if (values.current !== null && values.current !== 0n) {
      yield* this.#fairEntity(values.current, seen, depth);
    }
    for (const node of rbNodes(this.#kernel, values.tree, this.#notes, { limit, name })) {
      const entity = containerOf(this.#kernel, 'sched_entity', 'run_node', node);
      yield* this.#fairEntity(entity, seen, depth);
    }
  }

  *#fairEntity(
    entity: VirtualAddress,
    seen: Set<VirtualAddress>,
    depth: number,
  ): Generator<{ readonly task: VirtualAddress; readonly isDelayed: boolean }, void, void> {
    const values = this.#fair.tryRead(entity);
    if (values === undefined) {
      this.#damage('the tree of fair tasks', entity, 'the entity cannot be read');
    } else if (values.group === null || values.group === 0n) {
      const task = containerOf(this.#kernel, 'task_struct', 'se', entity);
      yield { task, isDelayed: (values.isDelayed ?? 0) !== 0 };
    } else {
      yield* this.fair(values.group, seen, depth + 1);
    }
  }

  /** Tasks in the list of all fair tasks, the running one among them. */
  *listed(head: VirtualAddress): Generator<VirtualAddress, void, void> {
    const options = { limit: taskLimit, name: 'rq.cfs_tasks' };
    for (const node of listNodes(this.#kernel, head, this.#notes, options)) {
      yield containerOf(this.#kernel, 'task_struct', 'se.group_node', node);
    }
  }

  /** Tasks in the lists of a `struct rt_rq`, by priority; the running one is among them. */
  *realTime(queue: VirtualAddress, depth: number = 0): Generator<VirtualAddress, void, void> {
    const { memory } = this.#kernel;
    const readers = this.#realTime;
    const count = countOf(this.#kernel.types, 'rt_prio_array', 'queue');
    const lists = readers?.queue.tryRead(queue)?.lists;
    if (readers === undefined || lists === undefined || count > maxPriorities) {
      return;
    }
    const word = memory.wordSizeInBits / 8;
    for (let priority = 0; priority < count; priority++) {
      const head = lists + BigInt(2 * word * priority);
      if (tryRead(() => memory.readPointer(head)) === head) {
        continue;
      }
      const options = { limit: taskLimit, name: `the tasks of real-time priority ${priority}` };
      for (const node of listNodes(this.#kernel, head, this.#notes, options)) {
        const entity = containerOf(this.#kernel, 'sched_rt_entity', 'run_list', node);
        const group = readers.entity.tryRead(entity)?.group ?? 0n;
        if (group === 0n) {
          yield containerOf(this.#kernel, 'task_struct', 'rt', entity);
        } else if (depth < maxDepth) {
          yield* this.realTime(group, depth + 1);
        }
      }
    }
  }

  /** Tasks in the tree of a `struct dl_rq`, the earliest deadline first; servers are left out. */
  *deadline(queue: VirtualAddress): Generator<VirtualAddress, void, void> {
    const readers = this.#deadline;
    const tree = readers?.queue.tryRead(queue)?.tree;
    if (readers === undefined || tree === undefined) {
      return;
    }
    const options = { limit: taskLimit, name: 'rq.dl.root' };
    for (const node of rbNodes(this.#kernel, tree, this.#notes, options)) {
      const entity = containerOf(this.#kernel, 'sched_dl_entity', 'rb_node', node);
      if ((readers.entity.tryRead(entity)?.isServer ?? 0) === 0) {
        yield containerOf(this.#kernel, 'task_struct', 'dl', entity);
      }
    }
  }

  #damage(container: string, at: VirtualAddress, because: string): void {
    this.#notes.add({ container, at, because });
  }
}

function fairQueueOf(kernel: Kernel) {
  return knownReader(kernel, 'cfs_rq', {
    tree: place('tasks_timeline'),
    current: optional(pointer('curr')),
  });
}

function fairOf(kernel: Kernel) {
  return knownReader(kernel, 'sched_entity', {
    node: place('run_node'),
    group: optional(pointer('my_q')),
    isDelayed: optional(number('sched_delayed')),
  });
}

function realTimeOf(kernel: Kernel) {
  const queue = knownReader(kernel, 'rt_rq', { lists: place('active.queue') });
  const entity = knownReader(kernel, 'sched_rt_entity', {
    node: place('run_list'),
    group: optional(pointer('my_q')),
  });
  return queue === undefined || entity === undefined ? undefined : { queue, entity };
}

function deadlineOf(kernel: Kernel) {
  const queue = knownReader(kernel, 'dl_rq', { tree: place('root') });
  const entity = knownReader(kernel, 'sched_dl_entity', {
    node: place('rb_node'),
    isServer: optional(number('dl_server')),
  });
  return queue === undefined || entity === undefined ? undefined : { queue, entity };
}
