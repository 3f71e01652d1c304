import { type Kernel, tryRead } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { optional, pointer, text } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import type { LinuxTask } from './linux-task.ts';

/** PF_WQ_WORKER. Source: Linux, include/linux/sched.h. */
const workerFlag = 0x20;
const rescuerPrefix = 'kworker/R-';
const maxNameInBytes = 256;

const readersOf = perKernel((kernel: Kernel) => ({
  // A thread of the kernel keeps its own structure there; in `set_child_tid` before Linux 5.17.
  task: knownReader(kernel, 'task_struct', {
    kthread: pointer('worker_private', 'set_child_tid'),
  }),
  kthread: knownReader(kernel, 'kthread', {
    name: optional(pointer('full_name')),
    data: pointer('data'),
  }),
  worker: knownReader(kernel, 'worker', {
    work: pointer('current_work'),
    pool: pointer('pool'),
    description: text('desc'),
    rescued: optional(pointer('rescue_wq')),
  }),
  queue: knownReader(kernel, 'workqueue_struct', { name: text('name') }),
}));

/**
 * The name that /proc shows: `comm` has at most 15 bytes, and a worker's name says what it does.
 * Source: Linux, fs/proc/array.c (proc_task_name), kernel/workqueue.c (wq_worker_comm).
 */
export function fullNameOf(
  kernel: Kernel,
  { address, comm, kernelThread, values }: LinuxTask,
): string {
  const { task, kthread, worker, queue } = readersOf(kernel);
  const own = kernelThread ? task?.tryRead(address)?.kthread : undefined;
  const thread = own === undefined || own === 0n ? undefined : kthread?.tryRead(own);
  if (thread === undefined) {
    return comm;
  }
  const { name } = thread;
  const long =
    name === null || name === 0n
      ? undefined
      : tryRead(() => kernel.memory.readText(name, maxNameInBytes));
  // The full name begins with the short one, or something else lies there.
  const full = long?.startsWith(comm) === true ? long : comm;
  const work =
    (values.flags & workerFlag) === 0 || thread.data === 0n
      ? undefined
      : worker?.tryRead(thread.data);
  if (work === undefined) {
    return full;
  }
  const rescued =
    work.rescued !== null && work.rescued !== 0n ? queue?.tryRead(work.rescued)?.name : undefined;
  const base =
    rescued !== undefined && `${rescuerPrefix}${rescued}`.startsWith(comm)
      ? `${rescuerPrefix}${rescued}`
      : full;
  return work.pool === 0n || work.description === ''
    ? base
    : `${base}${work.work === 0n ? '-' : '+'}${work.description}`;
}
