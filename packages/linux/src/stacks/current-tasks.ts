import {
  isVmcorekitError,
  type Kernel,
  type Task,
  tryRead,
  type VirtualAddress,
} from '@vmcorekit/core';
import { perCpuOf, perCpuVariable } from '../containers/index.ts';
import { perKernel } from '../per-kernel.ts';

/**
 * Where each CPU keeps a pointer to the task that it runs: `pcpu_hot` from Linux 6.2 to 6.14,
 * `current_task` before and after, the run queue's `curr` in all. The kernel itself uses the first
 * of them that exists. Source: Linux, arch/x86/include/asm/current.h, kernel/sched/sched.h.
 */
const places = [
  { variable: 'current_task', struct: null, member: null },
  { variable: 'pcpu_hot', struct: 'pcpu_hot', member: 'current_task' },
  { variable: 'runqueues', struct: 'rq', member: 'curr' },
] as const;

/** The task that each CPU runs, by the CPU's number. */
export const currentTasksOf: (kernel: Kernel) => ReadonlyMap<number, VirtualAddress> = perKernel(
  (kernel) => {
    const { symbols, types, memory } = kernel;
    for (const { variable, struct, member } of places) {
      const offset = struct === null ? 0 : types.struct(struct)?.member(member)?.offsetInBytes;
      if (symbols.find(variable) === undefined || offset === undefined) {
        continue;
      }
      const tasks = new Map<number, VirtualAddress>();
      for (const cpu of perCpuOf(kernel).possible.value ?? []) {
        const at = perCpuVariable(kernel, variable, cpu);
        const task =
          at === undefined ? undefined : tryRead(() => memory.readPointer(at + BigInt(offset)));
        if (task !== undefined && task !== 0n) {
          tasks.set(cpu, task);
        }
      }
      if (tasks.size > 0) {
        return tasks;
      }
    }
    return byTheirOwnWord(kernel);
  },
);

/**
 * The tasks that say themselves that they run, by the CPU that they name. For kernels whose symbols
 * name no variables. A CPU that two tasks name is left out: it switches from one to the other. Idle
 * tasks of further CPUs are in no list. Source: Linux, kernel/sched/core.c (prepare_task,
 * finish_task).
 */
function byTheirOwnWord(kernel: Kernel): ReadonlyMap<number, VirtualAddress> {
  const tasks = new Map<number, VirtualAddress>();
  const doubted = new Set<number>();
  for (const { address, cpu, onCpu } of tasksOrNone(kernel)) {
    if (onCpu === true && cpu !== null) {
      if (tasks.has(cpu)) {
        doubted.add(cpu);
      }
      tasks.set(cpu, address);
    }
  }
  for (const cpu of doubted) {
    tasks.delete(cpu);
  }
  return tasks;
}

/** The tasks; none where symbols or types do not lead to them. */
export function tasksOrNone(kernel: Kernel): Iterable<Task> {
  try {
    return kernel.tasks();
  } catch (error) {
    if (isVmcorekitError(error, 'unsupported')) {
      return [];
    }
    throw error;
  }
}
