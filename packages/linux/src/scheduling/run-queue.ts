import type { VirtualAddress } from '@vmcorekit/core';

/** Which scheduler a task waits in. */
export type SchedulerClass = 'deadline' | 'real-time' | 'fair' | 'ext';

/** A task that waits for a CPU, or runs on it. Null means "not proved". */
export interface QueuedTask {
  /** Of its `task_struct`. */
  readonly address: VirtualAddress;
  readonly pid: number | null;
  readonly comm: string | null;
  /** As the kernel counts it: 120 is that of a nice value of 0; lower is sooner. */
  readonly priority: number | null;
  readonly class: SchedulerClass;
  /** Since Linux 6.12, a fair task that sleeps already may stay queued for a while. */
  readonly isDelayed: boolean;
  /** `tree`: the structure that the scheduler picks from; `list`: that of all fair tasks. */
  readonly seenBy: readonly ('tree' | 'list')[];
}

/** The run queue of a CPU: a `struct rq`. */
export interface RunQueue {
  readonly cpu: number;
  readonly address: VirtualAddress;
  readonly current: Pick<QueuedTask, 'address' | 'pid' | 'comm' | 'priority'> | null;
  /** How many tasks run or wait, as the kernel counts them. */
  readonly running: number;
  readonly switches: bigint;
  /** In nanoseconds. */
  readonly clock: bigint;
  /** The weight of the fair tasks; 1,048,576 is that of one with a nice value of 0. */
  readonly load: bigint | null;
  /** Those that wait, without the current one: by class, each in the order of its queue. */
  readonly queued: readonly QueuedTask[];
}

export interface RunQueues {
  /** Of every possible CPU that has one. */
  readonly queues: readonly RunQueue[];
  /** Damage and contradictions, a sentence each. */
  readonly remarks: readonly string[];
}
