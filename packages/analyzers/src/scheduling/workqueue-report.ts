import { hex } from '@vmcorekit/core';
import type {
  DelayedWork,
  QueuePool,
  RunningWork,
  Work,
  Worker,
  WorkerPool,
  Workqueue,
  Workqueues,
} from '@vmcorekit/linux';
import { type CodeJson, codeJson } from './code-json.ts';

/** A task in the data of `workqueue`. */
export interface WorkqueueTask {
  readonly address: string;
  readonly pid: number;
  readonly name: string | null;
}

/** A work in the data of `workqueue`. Addresses are texts; null means "not proved". */
export interface WorkqueueWork {
  /** Of its `struct work_struct`. */
  readonly address: string;
  readonly function: CodeJson | null;
  /** The name of the workqueue that it was queued on. */
  readonly workqueue: string | null;
  /** The task that waits for it; only where the work is a barrier of a flush. */
  readonly waiter?: WorkqueueTask | null;
}

export interface WorkqueueRunningWork extends WorkqueueWork {
  /** How long it has run. */
  readonly seconds: number | null;
}

export interface WorkqueueDelayedWork extends WorkqueueWork {
  /** Of its `struct timer_list`. */
  readonly timer: string;
  readonly inJiffies: number | null;
  readonly inSeconds: number | null;
  /** The CPU that it was queued for; null where any will do. */
  readonly cpu: number | null;
}

export interface WorkqueueWorker {
  /** Of its `struct worker`. */
  readonly address: string;
  readonly id: number;
  /** Null also where it runs in soft interrupts. */
  readonly task: WorkqueueTask | null;
  readonly state: 'busy' | 'idle' | 'ready';
  readonly idleSeconds: number | null;
  /** The workqueue that it rescues; null for any other worker. */
  readonly rescues: string | null;
  readonly description: string;
  readonly work: WorkqueueRunningWork | null;
  readonly scheduled: readonly WorkqueueWork[];
}

export interface WorkqueuePool {
  /** Of its `struct worker_pool`. */
  readonly address: string;
  readonly id: number;
  /** Null where it is unbound. */
  readonly cpu: number | null;
  readonly node: number | null;
  readonly nice: number | null;
  readonly cpus: readonly number[] | null;
  readonly soft: boolean;
  readonly workerCount: number;
  readonly idleCount: number;
  readonly stalledSeconds: number | null;
  readonly workers: readonly WorkqueueWorker[];
  readonly pending: readonly WorkqueueWork[];
}

export interface WorkqueueQueue {
  /** Of its `struct workqueue_struct`. */
  readonly address: string;
  readonly name: string;
  readonly kind: 'per-CPU' | 'unbound' | 'soft';
  readonly flags: readonly string[];
  readonly maxActive: number;
  readonly nice: number | null;
  readonly rescuer: WorkqueueWorker | null;
  readonly pools: readonly {
    /** Of its `struct pool_workqueue`. */
    readonly address: string;
    /** The number of the pool. */
    readonly pool: number | null;
    readonly activeCount: number;
    readonly inactive: readonly WorkqueueWork[];
  }[];
}

/** The `data` of the `workqueue` analyzer. */
export interface WorkqueueReport {
  readonly workqueues: readonly WorkqueueQueue[];
  readonly pools: readonly WorkqueuePool[];
  readonly delayed: readonly WorkqueueDelayedWork[] | null;
}

export function workqueueReport({ queues, pools, delayed }: Workqueues): WorkqueueReport {
  return {
    workqueues: queues.map(queueJson),
    pools: pools.map(poolJson),
    delayed: delayed?.map(delayedJson) ?? null,
  };
}

function queueJson({ address, rescuer, pools, ...queue }: Workqueue): WorkqueueQueue {
  return {
    address: hex(address),
    ...queue,
    rescuer: rescuer === null ? null : workerJson(rescuer),
    pools: pools.map(queuePoolJson),
  };
}

function queuePoolJson({ address, inactive, ...of }: QueuePool): WorkqueueQueue['pools'][number] {
  return { address: hex(address), ...of, inactive: inactive.map(workJson) };
}

function poolJson({ address, isSoft, workers, pending, ...pool }: WorkerPool): WorkqueuePool {
  return {
    address: hex(address),
    ...pool,
    soft: isSoft,
    workers: workers.map(workerJson),
    pending: pending.map(workJson),
  };
}

function workerJson(worker: Worker): WorkqueueWorker {
  const { address, id, task, state, idleSeconds, rescues, description, work, scheduled } = worker;
  return {
    address: hex(address),
    id,
    task: taskJson(task),
    state,
    idleSeconds,
    rescues: rescues ?? null,
    description,
    work: work === null ? null : runningJson(work),
    scheduled: scheduled.map(workJson),
  };
}

function runningJson(work: RunningWork): WorkqueueRunningWork {
  return { ...workJson(work), seconds: work.seconds };
}

function delayedJson(work: DelayedWork): WorkqueueDelayedWork {
  const { timer, inJiffies, inSeconds, cpu } = work;
  return {
    ...workJson(work),
    timer: hex(timer),
    inJiffies: inJiffies === null ? null : Number(inJiffies),
    inSeconds,
    cpu,
  };
}

function workJson({ address, function: code, queue, waiter }: Work): WorkqueueWork {
  return {
    address: hex(address),
    function: codeJson(code),
    workqueue: queue?.name ?? null,
    ...(waiter === undefined ? {} : { waiter: taskJson(waiter) }),
  };
}

function taskJson(task: Worker['task']): WorkqueueTask | null {
  return task === null || task === undefined
    ? null
    : { address: hex(task.address), pid: task.pid, name: task.name };
}
