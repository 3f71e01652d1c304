import {
  hex,
  type Kernel,
  type Progress,
  printable,
  tryRead,
  type VirtualAddress,
} from '@vmcorekit/core';
import { withoutTypes } from '../reading/without-types.ts';
import type { LinuxTask } from '../tasks/linux-task.ts';
import { readTasks } from '../tasks/read-tasks.ts';
import { deadlocksIn, type Wait } from './deadlocks.ts';
import { findLock, lockFrameOf } from './find-wait.ts';
import { type LockKind, lockKinds } from './lock-kinds.ts';
import { type LockLayout, lockLayoutOf } from './lock-layout.ts';
import { type HeldBy, mutexHeldBy, rwsemHeldBy } from './lock-owner.ts';
import { rtMutexesOf } from './rt-mutex.ts';

/** A task that waits for a lock. */
export interface LockWaiter {
  readonly task: LinuxTask;
  /** The function that asked for the lock; null where the stack does not say. */
  readonly wantedBy: string | null;
}

/** A sleeping lock for which tasks wait. */
export interface HeldLock {
  readonly address: VirtualAddress;
  readonly kind: LockKind['kind'] | 'rt_mutex';
  /** Of a lock that is a variable; null for one in allocated memory. */
  readonly symbol: string | null;
  /** Null where it is held to read, has no owner, or names none that is a task. */
  readonly owner: LinuxTask | null;
  /** How many hold it to read; null where it is not held so. */
  readonly readers: number | null;
  /** The task that last took it to read; it may have let it go. */
  readonly lastReader: LinuxTask | null;
  /** In the order in which they stand in its list. */
  readonly waiters: readonly LockWaiter[];
  /** What spoke against it, a sentence each. */
  readonly doubts: readonly string[];
}

/** Tasks that wait for each other, each for a lock that the next one holds. */
export type Deadlock = readonly {
  readonly task: LinuxTask;
  readonly lock: HeldLock;
}[];

/** The locks of a kernel for which tasks wait. */
export interface LockList {
  /** Those with the most waiters first. */
  readonly locks: readonly HeldLock[];
  readonly deadlocks: readonly Deadlock[];
  readonly remarks: readonly string[];
}

const tasksPerStep = 16;
const maxRemarks = 64;

interface Draft {
  readonly kind: HeldLock['kind'];
  readonly held: HeldBy;
  readonly waiters: Map<VirtualAddress, LockWaiter>;
}

/**
 * Finds locks from the waiters' side: of each task that sleeps in a function of a mutex, an
 * rw_semaphore or a semaphore, the structure on its stack that links it to the lock; of an
 * rt_mutex, the pointer in the task. A spinlock keeps no owner and is not among them. A sentence
 * where the kernel's tasks or types do not lead to them.
 */
export function* readLocks(kernel: Kernel): Generator<Progress, LockList | string, void> {
  const list = yield* readTasks(kernel);
  if (typeof list === 'string') {
    return list;
  }
  const layouts = new Map(
    lockKinds.flatMap((kind) => {
      const layout = lockLayoutOf(kernel, kind);
      return layout === undefined ? [] : [[kind, layout] as const];
    }),
  );
  if (layouts.size === 0) {
    return withoutTypes(kernel, 'struct mutex and struct rw_semaphore');
  }
  const search = new LockSearch(kernel, list.tasks, layouts);
  let count = 0;
  for (const task of list.tasks) {
    // A task that waits for a lock sleeps; what runs now has left the list, or not yet joined it.
    if (task.onCpu !== true && [null, 'D', 'S'].includes(task.state)) {
      search.look(task);
    }
    if (++count % tasksPerStep === 0) {
      const fraction = count / list.tasks.length;
      yield { kind: 'progress', doing: 'looking for locks', fraction };
    }
  }
  const { locks, deadlocks } = search.result();
  return { locks, deadlocks, remarks: [...list.remarks, ...search.remarks] };
}

class LockSearch {
  readonly remarks: string[] = [];
  readonly #kernel: Kernel;
  readonly #tasks: ReadonlyMap<VirtualAddress, LinuxTask>;
  readonly #layouts: ReadonlyMap<LockKind, LockLayout>;
  readonly #rtMutexes: ReturnType<typeof rtMutexesOf>;
  readonly #drafts: Map<VirtualAddress, Draft> = new Map();

  constructor(
    kernel: Kernel,
    tasks: readonly LinuxTask[],
    layouts: ReadonlyMap<LockKind, LockLayout>,
  ) {
    this.#kernel = kernel;
    this.#tasks = new Map(tasks.map((task) => [task.address, task]));
    this.#layouts = layouts;
    this.#rtMutexes = rtMutexesOf(kernel);
  }

  look(task: LinuxTask): void {
    const waits = this.#rtMutexes?.lockOf(task.address);
    const held = waits === undefined ? undefined : this.#rtMutexes?.heldBy(waits.address);
    if (waits !== undefined && held !== undefined) {
      const draft = this.#draft(waits.address, 'rt_mutex', held);
      draft.waiters.set(task.address, { task, wantedBy: null });
      return;
    }
    const { frames } = task.stack();
    const frame = lockFrameOf(frames, [...this.#layouts.keys()]);
    const layout = frame === undefined ? undefined : this.#layouts.get(frame.kind);
    if (frame === undefined || layout === undefined) {
      return;
    }
    const isTask = (address: VirtualAddress) => this.#tasks.has(address);
    const found = findLock(this.#kernel, layout, task.address, frames, frame.index, isTask);
    const { kind } = frame.kind;
    const by = typeof found === 'string' ? found : this.#heldBy(kind, layout, found.address);
    if (typeof by === 'string' || typeof found === 'string') {
      const because = typeof by === 'string' ? by : '';
      const name = `${task.pid} (${printable(task.comm)})`;
      if (this.remarks.length < maxRemarks) {
        this.remarks.push(`task ${name} waits for a lock that is not proved: ${because}`);
      }
      return;
    }
    const draft = this.#draft(found.address, kind, by);
    // All waiters in their order; those that are looked at later say what wanted the lock.
    for (const waiter of found.waiters) {
      const at = tryRead(() => this.#kernel.memory.readPointer(waiter + BigInt(layout.task)));
      const other = this.#tasks.get(at ?? 0n);
      if (other !== undefined && !draft.waiters.has(other.address)) {
        draft.waiters.set(other.address, { task: other, wantedBy: null });
      }
    }
    const wantedBy = callerOf(frames.slice(frame.index + 1));
    draft.waiters.set(task.address, { task, wantedBy });
  }

  result(): { locks: HeldLock[]; deadlocks: Deadlock[] } {
    const locks = new Map<VirtualAddress, HeldLock>();
    const waits: Wait[] = [];
    for (const [address, draft] of this.#drafts) {
      const lock = this.#lock(address, draft);
      locks.set(address, lock);
      for (const { task } of lock.waiters) {
        waits.push({ task: task.address, lock: address, owner: lock.owner?.address ?? null });
      }
    }
    const deadlocks = deadlocksIn(waits).map((cycle) =>
      cycle.flatMap(({ task: at, lock: of }) => {
        const [task, lock] = [this.#tasks.get(at), locks.get(of)];
        return task === undefined || lock === undefined ? [] : [{ task, lock }];
      }),
    );
    const sorted = [...locks.values()].sort(
      (one, other) => other.waiters.length - one.waiters.length,
    );
    return { locks: sorted, deadlocks };
  }

  #draft(address: VirtualAddress, kind: HeldLock['kind'], held: HeldBy): Draft {
    const draft = this.#drafts.get(address) ?? { kind, held, waiters: new Map() };
    this.#drafts.set(address, draft);
    return draft;
  }

  /** A sentence where the lock cannot be read. */
  #heldBy(
    kind: LockKind['kind'],
    { owner, count }: LockLayout,
    address: VirtualAddress,
  ): HeldBy | string {
    const { memory } = this.#kernel;
    const word = (at: number) => tryRead(() => memory.readPointer(address + BigInt(at)));
    const nobody = { owner: null, readers: null, lastReader: null, doubt: undefined };
    const ownerWord = owner === null ? undefined : word(owner);
    if (kind === 'semaphore' || ownerWord === undefined) {
      return kind === 'semaphore' ? nobody : `its lock at ${hex(address)} cannot be read`;
    }
    const countWord = count === null ? undefined : word(count);
    return kind === 'mutex'
      ? mutexHeldBy(ownerWord)
      : countWord === undefined
        ? `its lock at ${hex(address)} cannot be read`
        : rwsemHeldBy(countWord, ownerWord);
  }

  #lock(address: VirtualAddress, { kind, held, waiters }: Draft): HeldLock {
    const owner = held.owner === null ? undefined : this.#tasks.get(held.owner);
    const { readers } = held;
    const symbol = this.#kernel.symbols.at(address);
    const offset = symbol === undefined ? 0n : address - symbol.address;
    return {
      address,
      kind,
      symbol: symbol === undefined ? null : `${symbol.name}${offset > 0n ? `+${hex(offset)}` : ''}`,
      owner: owner ?? null,
      readers,
      lastReader: this.#tasks.get(held.lastReader ?? 0n) ?? null,
      waiters: [...waiters.values()],
      doubts: [
        ...(held.doubt === undefined ? [] : [held.doubt]),
        ...(held.owner !== null && owner === undefined
          ? [`its owner at ${hex(held.owner)} is no task that is known`]
          : []),
      ],
    };
  }
}

/** Functions that only take a lock, between the one that sleeps and the one that wanted it. */
const lockFunctions =
  /^(?:__)?(?:mutex_lock|ww_mutex_lock|down|rt_mutex_lock|rwsem_down|__down|__mutex_lock)(?:_|$)/;

function callerOf(frames: readonly { readonly symbol: string | null }[]): string | null {
  return (
    frames.find(({ symbol }) => symbol !== null && !lockFunctions.test(symbol))?.symbol ?? null
  );
}
