import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { listNodes } from '../containers/list.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { codePointer } from '../reading/code-pointer.ts';
import { place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import type { Work, WorkerTask } from './workqueue.ts';

/** WORK_STRUCT_PWQ_BIT. Source: Linux, include/linux/workqueue.h, since 3.9. */
const leadsToQueue = 4n;
/**
 * How many low bits of `work_struct.data` are flags and a color where the kernel's types do not say
 * so: WORK_STRUCT_FLAG_BITS is 8 since Linux 2.6.36, and 9 with CONFIG_DEBUG_OBJECTS_WORK.
 */
const usualShifts = [8n, 9n] as const;

/** Finds a task by the address of its `task_struct`; null where no list of tasks has it. */
export type TaskFinder = (address: VirtualAddress) => WorkerTask | null;

/** What reading works needs, and how many may still be read of this dump. */
export interface WorkSources {
  readonly notes: WalkNotes;
  /** The names of the workqueues by address. */
  readonly queueNames: ReadonlyMap<VirtualAddress, string>;
  readonly taskAt: TaskFinder;
  readonly budget: { left: number };
}

/** Reads works of one kernel. Source: Linux, include/linux/workqueue.h, kernel/workqueue.c. */
export class WorkReader {
  readonly #kernel: Kernel;
  readonly #sources: WorkSources;
  readonly #readers: NonNullable<ReturnType<typeof readersOf>>;
  readonly #shifts: readonly bigint[];
  readonly #barrier: VirtualAddress | undefined;
  readonly #cursor: VirtualAddress | undefined;

  private constructor(
    kernel: Kernel,
    sources: WorkSources,
    readers: NonNullable<ReturnType<typeof readersOf>>,
  ) {
    this.#kernel = kernel;
    this.#sources = sources;
    this.#readers = readers;
    // Named since Linux 6.9 (e563d0a7cdc1), whose clean-up of the same release renamed the shift.
    const bits = kernel.types.enumeration('work_bits');
    const shift = bits?.get('WORK_STRUCT_PWQ_SHIFT') ?? bits?.get('WORK_STRUCT_FLAG_BITS');
    this.#shifts = shift !== undefined && shift >= 0n && shift < 32n ? [shift] : usualShifts;
    this.#barrier = kernel.symbols.find('wq_barrier_func')?.address;
    this.#cursor = kernel.symbols.find('mayday_cursor_func')?.address;
  }

  /** Undefined where the kernel's types do not have the structures. */
  static of(kernel: Kernel, sources: WorkSources): WorkReader | undefined {
    const readers = readersOf(kernel);
    return readers === undefined ? undefined : new WorkReader(kernel, sources, readers);
  }

  /** The works of a list; those that cannot be read are damage in the notes. */
  listed(head: VirtualAddress, name: string): Work[] {
    const { notes, budget } = this.#sources;
    const works: Work[] = [];
    for (const node of listNodes(this.#kernel, head, notes, { limit: budget.left, name })) {
      budget.left--;
      const address = containerOf(this.#kernel, 'work_struct', 'entry', node);
      const values = this.#readers.work.tryRead(address);
      if (values === undefined) {
        notes.add({ container: name, at: address, because: 'the work cannot be read' });
      } else if (this.#cursor === undefined || values.function !== this.#cursor) {
        // What is left out is no work: it marks how far a rescuer came (6.12.118 and 7.3 have it).
        works.push(this.#work(address, values.function, this.#queueOf(values.data)));
      }
    }
    return works;
  }

  /** A work that runs: its worker keeps what it does, because the work may be freed by then. */
  running(address: VirtualAddress, code: VirtualAddress, poolQueue: VirtualAddress): Work {
    return this.#work(address, code, this.queueOf(poolQueue));
  }

  /** A delayed work by the address of its `struct work_struct`; undefined if unreadable. */
  delayed(address: VirtualAddress, queue: VirtualAddress): Work | undefined {
    const values = this.#readers.work.tryRead(address);
    return values === undefined
      ? undefined
      : this.#work(address, values.function, this.#named(queue));
  }

  /** The workqueue that a `struct pool_workqueue` belongs to; null where that is not proved. */
  queueOf(poolQueue: VirtualAddress): Work['queue'] {
    const queue = poolQueue === 0n ? undefined : this.#readers.poolQueue.tryRead(poolQueue)?.queue;
    return queue === undefined ? null : this.#named(queue);
  }

  #queueOf(data: bigint): Work['queue'] {
    if ((data & leadsToQueue) === 0n) {
      return null;
    }
    for (const shift of this.#shifts) {
      const found = this.queueOf((data >> shift) << shift);
      if (found !== null) {
        return found;
      }
    }
    return null;
  }

  #named(address: VirtualAddress): Work['queue'] {
    const name = this.#sources.queueNames.get(address);
    return name === undefined ? null : { address, name };
  }

  #work(address: VirtualAddress, code: VirtualAddress, queue: Work['queue']): Work {
    const isBarrier = this.#barrier !== undefined && code === this.#barrier;
    const waiter = isBarrier ? this.#waiterOf(address) : undefined;
    return { address, function: codePointer(this.#kernel, code), queue, waiter };
  }

  #waiterOf(work: VirtualAddress): WorkerTask | null {
    const { barrier } = this.#readers;
    const at = barrier && containerOf(this.#kernel, 'wq_barrier', 'work', work);
    const task = at === undefined ? undefined : barrier?.tryRead(at)?.task;
    return task === undefined ? null : this.#sources.taskAt(task);
  }
}

function readersOf(kernel: Kernel) {
  const work = knownReader(kernel, 'work_struct', {
    data: pointer('data'),
    entry: place('entry'),
    function: pointer('func'),
  });
  const poolQueue = knownReader(kernel, 'pool_workqueue', { queue: pointer('wq') });
  if (work === undefined || poolQueue === undefined) {
    return undefined;
  }
  // The task is noted since Linux 4.1.
  const barrier = knownReader(kernel, 'wq_barrier', {
    work: place('work'),
    task: pointer('task'),
  });
  return { work, poolQueue, barrier };
}
