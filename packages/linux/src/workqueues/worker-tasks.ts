import { hex, type Kernel, printable, type VirtualAddress } from '@vmcorekit/core';
import { fullNameOf } from '../tasks/full-name.ts';
import type { TaskList } from '../tasks/read-tasks.ts';
import type { TaskFinder } from './work-reader.ts';
import type { Worker, WorkerPool, Workqueue } from './workqueue.ts';

/** PF_WQ_WORKER. Source: Linux, include/linux/sched.h, since 2.6.36. */
const workerFlag = 0x20;
const maxRemarks = 64;

/** Finds tasks among those of the task list. */
export function taskFinder(kernel: Kernel, list: TaskList | undefined): TaskFinder {
  const tasks = new Map(list?.tasks.map((task) => [task.address, task]));
  return (address) => {
    const task = tasks.get(address);
    return task === undefined ? null : { address, pid: task.pid, name: fullNameOf(kernel, task) };
  };
}

/**
 * What the list of tasks and the workers contradict each other in, a sentence each: a worker whose
 * task is in no list, or a task that says that it is a worker and is none.
 */
export function workerContradictions(
  list: TaskList,
  pools: readonly WorkerPool[],
  queues: readonly Pick<Workqueue, 'rescuer'>[],
): string[] {
  const remarks: string[] = [];
  const known = new Set<VirtualAddress>();
  const look = (worker: Worker, of: string) => {
    if (worker.task === null) {
      remarks.push(
        `worker ${worker.id} of ${of} at ${hex(worker.address)} has a task that no view of the ` +
          'tasks has',
      );
    } else if (worker.task !== undefined) {
      known.add(worker.task.address);
    }
  };
  for (const { id, workers } of pools) {
    for (const worker of workers) {
      look(worker, `worker pool ${id}`);
    }
  }
  for (const { rescuer } of queues) {
    if (rescuer !== null) {
      look(rescuer, 'the rescuers');
    }
  }
  for (const { address, pid, comm, values, doubts } of list.tasks) {
    if ((values.flags & workerFlag) !== 0 && !known.has(address) && doubts.length === 0) {
      remarks.push(
        `${printable(comm)} (pid ${pid}) says that it is a worker, but no worker pool has it`,
      );
    }
  }
  return remarks.slice(0, maxRemarks);
}
