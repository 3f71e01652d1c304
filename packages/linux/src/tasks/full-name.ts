import type { Kernel } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { optional, pointer, text } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { knownText } from '../reading/known-text.ts';
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
 * Null where what may change the name cannot be read. Source: Linux, fs/proc/array.c
 * (proc_task_name), kernel/workqueue.c (wq_worker_comm).
 */
export function fullNameOf(
  kernel: Kernel,
  { address, comm, kernelThread, values }: LinuxTask,
): string | null {
  const { task, kthread, worker, queue } = readersOf(kernel);
  const own = kernelThread ? task?.tryRead(address)?.kthread : 0n;
  // The tasks that each CPU idles with have none.
  if (own === 0n) {
    return comm;
  }
  const thread = own === undefined ? undefined : kthread?.tryRead(own);
  if (thread === undefined) {
    return null;
  }
  const { name } = thread;
  // A lost part of the types may have the member, and with it a longer name.
  if (name === null && kernel.types.isPartial === true) {
    return null;
  }
  const long = name === null || name === 0n ? comm : knownText(kernel.memory, name, maxNameInBytes);
  if (long === undefined) {
    return null;
  }
  // The full name begins with the short one, or something else lies there.
  const full = long.startsWith(comm) ? long : comm;
  if ((values.flags & workerFlag) === 0 || thread.data === 0n) {
    return full;
  }
  const work = worker?.tryRead(thread.data);
  const isRescuer = work !== undefined && work.rescued !== null && work.rescued !== 0n;
  const rescued = isRescuer ? queue?.tryRead(work.rescued ?? 0n)?.name : '';
  if (work === undefined || rescued === undefined) {
    return null;
  }
  const base =
    isRescuer && `${rescuerPrefix}${rescued}`.startsWith(comm)
      ? `${rescuerPrefix}${rescued}`
      : full;
  return work.pool === 0n || work.description === ''
    ? base
    : `${base}${work.work === 0n ? '-' : '+'}${work.description}`;
}
