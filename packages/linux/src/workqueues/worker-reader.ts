import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { number, optional, place, pointer, text } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import type { SecondsSince } from './work-clock.ts';
import type { TaskFinder, WorkReader } from './work-reader.ts';
import type { RunningWork, Worker } from './workqueue.ts';

/** WORKER_IDLE. Source: Linux, kernel/workqueue.c, since 2.6.36. */
const idleFlag = 4;

/** Reads workers of one kernel. Source: Linux, kernel/workqueue_internal.h. */
export class WorkerReader {
  readonly #reader: NonNullable<ReturnType<typeof readerOf>>;
  readonly #works: WorkReader;
  readonly #queueNames: ReadonlyMap<VirtualAddress, string>;
  readonly #taskAt: TaskFinder;
  readonly #since: SecondsSince;

  private constructor(
    reader: NonNullable<ReturnType<typeof readerOf>>,
    works: WorkReader,
    { queueNames, taskAt, since }: WorkerSources,
  ) {
    this.#reader = reader;
    this.#works = works;
    this.#queueNames = queueNames;
    this.#taskAt = taskAt;
    this.#since = since;
  }

  /** Undefined where the kernel's types do not have the structure. */
  static of(kernel: Kernel, works: WorkReader, sources: WorkerSources): WorkerReader | undefined {
    const reader = readerOf(kernel);
    return reader === undefined ? undefined : new WorkerReader(reader, works, sources);
  }

  /** With the address of the pool that it says it belongs to; undefined where it cannot be read. */
  read(address: VirtualAddress): { readonly worker: Worker; readonly pool: bigint } | undefined {
    const values = this.#reader.tryRead(address);
    if (values === undefined) {
      return undefined;
    }
    const { id, description, task, rescues, pool } = values;
    const isListedIdle = (values.flags & idleFlag) !== 0;
    // A rescuer is in no pool, and never has the flag, until it is needed.
    const isIdle = isListedIdle || (rescues !== 0n && pool === 0n);
    const work = values.work === 0n ? null : this.#running(values);
    const worker = {
      address,
      id,
      task: task === 0n ? undefined : this.#taskAt(task),
      state: work === null ? (isIdle ? ('idle' as const) : ('ready' as const)) : ('busy' as const),
      idleSeconds: work === null && isListedIdle ? this.#since(values.lastActive) : null,
      rescues: rescues === 0n ? undefined : (this.#queueNames.get(rescues) ?? '?'),
      description,
      work,
      scheduled: this.#works.listed(values.scheduled, `the works of worker ${id}`),
    };
    return { worker, pool };
  }

  #running(values: {
    readonly work: bigint;
    readonly function: bigint;
    readonly poolQueue: bigint;
    readonly started: bigint | null;
  }): RunningWork {
    const { work, poolQueue, started } = values;
    const seconds = started === null || started === 0n ? null : this.#since(started);
    return { ...this.#works.running(work, values.function, poolQueue), seconds };
  }
}

export interface WorkerSources {
  readonly queueNames: ReadonlyMap<VirtualAddress, string>;
  readonly taskAt: TaskFinder;
  readonly since: SecondsSince;
}

function readerOf(kernel: Kernel) {
  return knownReader(kernel, 'worker', {
    node: place('node'),
    hashNode: place('hentry'),
    work: pointer('current_work'),
    function: pointer('current_func'),
    poolQueue: pointer('current_pwq'),
    started: optional(pointer('current_start')),
    scheduled: place('scheduled'),
    task: pointer('task'),
    pool: pointer('pool'),
    lastActive: pointer('last_active'),
    flags: number('flags'),
    id: number('id'),
    description: text('desc'),
    rescues: pointer('rescue_wq'),
  });
}
