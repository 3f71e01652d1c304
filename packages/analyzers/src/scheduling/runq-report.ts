import { hex } from '@vmcorekit/core';
import type { QueuedTask, RunQueue } from '@vmcorekit/linux';

/** A task of a run queue, for programs. Addresses are texts; null means "not proved". */
export interface RunqTask {
  readonly address: string;
  readonly pid: number | null;
  readonly comm: string | null;
  readonly priority: number | null;
}

export interface RunqQueued extends RunqTask {
  readonly class: string;
  readonly delayed: boolean;
  readonly seenBy: readonly string[];
}

export interface RunqCpu {
  readonly cpu: number;
  /** Of its `struct rq`. */
  readonly address: string;
  readonly current: RunqTask | null;
  readonly running: number;
  readonly switches: number;
  /** In nanoseconds, decimal text. */
  readonly clock: string;
  readonly load: number | null;
  readonly queued: readonly RunqQueued[];
}

export interface RunqReport {
  readonly cpus: readonly RunqCpu[];
}

export function runqCpu(queue: RunQueue): RunqCpu {
  const { cpu, address, current, running, switches, clock, load, queued } = queue;
  return {
    cpu,
    address: hex(address),
    current: current === null ? null : taskJson(current),
    running,
    switches: Number(switches),
    clock: clock.toString(),
    load: load === null ? null : Number(load),
    queued: queued.map((task) => ({
      ...taskJson(task),
      class: task.class,
      delayed: task.isDelayed,
      seenBy: task.seenBy,
    })),
  };
}

function taskJson(task: Pick<QueuedTask, 'address' | 'pid' | 'comm' | 'priority'>): RunqTask {
  const { address, pid, comm, priority } = task;
  return { address: hex(address), pid, comm, priority };
}
