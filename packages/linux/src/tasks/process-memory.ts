import type { Kernel, KernelMemory, Progress } from '@vmcorekit/core';
import { readTasks } from './read-tasks.ts';
import { userMemoryOf } from './user-memory.ts';

/**
 * The memory of a process, through its own page tables. A sentence where there is none: no task has
 * the pid, or it has no memory, or its tables cannot be found.
 */
export function* memoryOfProcess(
  kernel: Kernel,
  pid: number,
): Generator<Progress, KernelMemory | string, void> {
  const list = yield* readTasks(kernel);
  if (typeof list === 'string') {
    return list;
  }
  const task = list.tasks.find((each) => each.pid === pid);
  if (task === undefined) {
    return `no task has the pid ${pid}`;
  }
  if (task.kernelThread || task.values.mm === 0n) {
    return `task ${pid} has no memory of its own: it is the kernel's, or has ended`;
  }
  return (
    userMemoryOf(kernel, task.values.mm) ?? `the page tables of process ${pid} cannot be found`
  );
}
