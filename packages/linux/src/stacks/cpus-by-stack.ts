import type { Kernel, KernelCpu, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { tasksOrNone } from './current-tasks.ts';
import { stackMachineOf } from './stack-machines.ts';
import { isStackMark } from './stack-mark.ts';
import { regionAt } from './stack-regions.ts';

/** The CPUs of a kernel that does not say which task each runs. */
export interface CpusByStack {
  /** By the task on whose stack the CPU is. */
  readonly byTask: ReadonlyMap<VirtualAddress, KernelCpu>;
  /**
   * Whether each CPU is on the stack of a task, or runs a program. A task that says it sleeps then
   * runs on none of the others: programs run only in tasks that say they run.
   */
  readonly areAllPlaced: boolean;
}

/**
 * The CPUs, by the stacks that their stack pointers lie on. A stack of no listed task that ends as
 * every task's does is of an idle task: those of further CPUs are in no list.
 */
export const cpusByStackOf: (kernel: Kernel) => CpusByStack = perKernel((kernel) => {
  const machine = stackMachineOf(kernel);
  const regions = Array.from(tasksOrNone(kernel), ({ address }) => ({
    task: address,
    stacks: machine?.stacksOf(kernel, { task: address, cpu: null }) ?? [],
  }));
  const byTask = new Map<VirtualAddress, KernelCpu>();
  let areAllPlaced = kernel.cpus.length > 0;
  for (const cpu of kernel.cpus) {
    const isProgram = machine?.programIn(cpu.registers) !== undefined;
    const at = machine?.stackPointerIn(cpu.registers);
    const own =
      at === undefined
        ? undefined
        : regions.find(({ stacks }) => regionAt(stacks, at) !== undefined);
    if (own !== undefined) {
      byTask.set(own.task, cpu);
    }
    areAllPlaced &&= isProgram || own !== undefined || isOnOtherStack(kernel, at);
  }
  return { byTask, areAllPlaced };
});

function isOnOtherStack(kernel: Kernel, at: VirtualAddress | undefined): boolean {
  const size = BigInt(kernel.types.struct('thread_union')?.sizeInBytes ?? 0);
  return at !== undefined && size !== 0n && isStackMark(kernel.memory, at - (at % size)) === true;
}
