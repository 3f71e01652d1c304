import type { VirtualAddress } from '@vmcorekit/core';
import type { CodePointer } from '../reading/code-pointer.ts';

/** What is to run: a `struct work_struct`. Null means "not proved". */
export interface Work {
  readonly address: VirtualAddress;
  /** Undefined where it is a null pointer. */
  readonly function: CodePointer | undefined;
  /** The workqueue that it was queued on. */
  readonly queue: { readonly address: VirtualAddress; readonly name: string } | null;
  /** The task that waits for what was queued before; undefined where the work is no barrier. */
  readonly waiter: WorkerTask | null | undefined;
}

/** A work that runs. */
export interface RunningWork extends Work {
  /** How long it has run; null where the kernel does not note it (6.12 does not, 7.3 does). */
  readonly seconds: number | null;
}

/** A work whose timer has not fired: a `struct delayed_work`. */
export interface DelayedWork extends Work {
  /** Of its `struct timer_list`. */
  readonly timer: VirtualAddress;
  /** Until the timer fires; negative where it is overdue. */
  readonly inJiffies: bigint | null;
  readonly inSeconds: number | null;
  /** The CPU that it was queued for; null where any will do. */
  readonly cpu: number | null;
}

export interface WorkerTask {
  /** Of its `task_struct`. */
  readonly address: VirtualAddress;
  readonly pid: number;
  /** In full, as /proc shows most; null where what may change it cannot be read. */
  readonly name: string | null;
}

/** What runs works: a `struct worker`. */
export interface Worker {
  readonly address: VirtualAddress;
  /** Within its pool. */
  readonly id: number;
  /** Undefined for one that runs in soft interrupts; null where no list of tasks has it. */
  readonly task: WorkerTask | null | undefined;
  /** `busy` has a work, `idle` waits for one, and `ready` is between the two. */
  readonly state: 'busy' | 'idle' | 'ready';
  /** How long it has been idle; null where it is not, or that is unknown. */
  readonly idleSeconds: number | null;
  /** The workqueue whose works it may run when memory is short; undefined for any other worker. */
  readonly rescues: string | undefined;
  /** What it does or did last: the name of a workqueue, or what the work says. */
  readonly description: string;
  readonly work: RunningWork | null;
  /** Works that it will run next. */
  readonly scheduled: readonly Work[];
}

/** Workers that share works: a `struct worker_pool`. */
export interface WorkerPool {
  readonly address: VirtualAddress;
  readonly id: number;
  /** The CPU that its workers are bound to; null for an unbound pool. */
  readonly cpu: number | null;
  /** The NUMA node; null for any. */
  readonly node: number | null;
  readonly nice: number | null;
  /** The CPUs that its workers may run on. */
  readonly cpus: readonly number[] | null;
  /** Whether its works run in soft interrupts (Linux 6.9 and later). */
  readonly isSoft: boolean;
  /** As the pool counts them. */
  readonly workerCount: number;
  readonly idleCount: number;
  /** In the order in which they came; rescuers that help out are among them. */
  readonly workers: readonly Worker[];
  /** Works that wait for a worker. */
  readonly pending: readonly Work[];
  /** Since a work of the pool last began; null where none waits, or that is unknown. */
  readonly stalledSeconds: number | null;
}

/** What a workqueue has in one pool: a `struct pool_workqueue`. */
export interface QueuePool {
  readonly address: VirtualAddress;
  /** The pool's; null where no list of pools has it. */
  readonly pool: number | null;
  /** Works that run, or wait for a worker. */
  readonly activeCount: number;
  /** Works that wait until fewer of the workqueue's are active. */
  readonly inactive: readonly Work[];
}

/** A `struct workqueue_struct`. */
export interface Workqueue {
  readonly address: VirtualAddress;
  readonly name: string;
  readonly kind: 'per-CPU' | 'unbound' | 'soft';
  /** `mem_reclaim`, `highpri`: the names in the kernel's source, and hexadecimal for the others. */
  readonly flags: readonly string[];
  /** As sysfs shows it: for each CPU, or for each NUMA node where it is unbound. */
  readonly maxActive: number;
  /** Of an unbound one. */
  readonly nice: number | null;
  readonly rescuer: Worker | null;
  readonly pools: readonly QueuePool[];
}

export interface Workqueues {
  readonly queues: readonly Workqueue[];
  /** Ascending by number. */
  readonly pools: readonly WorkerPool[];
  /** By CPU, the next to come first; null where the timers cannot be found. */
  readonly delayed: readonly DelayedWork[] | null;
  /** Damage and contradictions, a sentence each. */
  readonly remarks: readonly string[];
}
