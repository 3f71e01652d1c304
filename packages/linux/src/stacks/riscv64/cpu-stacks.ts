import type { Kernel } from '@vmcorekit/core';
import { perCpuPointer, perCpuVariable } from '../../containers/index.ts';
import type { StackMachine } from '../stack-machine.ts';
import type { StackRegion } from '../stack-regions.ts';
import { stacksBy } from '../stacks-by.ts';
import { threadSizeOf } from '../thread-size.ts';

/** OVERFLOW_STACK_SIZE. Source: Linux, arch/riscv/include/asm/thread_info.h. */
const overflowStackSizeInBytes = 4096n;

/**
 * The stacks that each CPU has for itself: for interrupts since Linux 6.5 (CONFIG_IRQ_STACKS), of
 * the size of a task's, and for the overflow of another. Source: Linux, arch/riscv/kernel/irq.c
 * (`irq_stack_ptr`), arch/riscv/kernel/traps.c (`overflow_stack`).
 */
function cpuStacksOf(kernel: Kernel, cpu: number): readonly StackRegion[] {
  const size = threadSizeOf(kernel);
  const irq = size === null ? undefined : perCpuPointer(kernel, 'irq_stack_ptr', cpu);
  const overflow = perCpuVariable(kernel, 'overflow_stack', cpu);
  return [
    ...(size === null || irq === undefined || irq === 0n
      ? []
      : [{ name: 'irq', start: irq, end: irq + BigInt(size) }]),
    ...(overflow === undefined
      ? []
      : [{ name: 'overflow', start: overflow, end: overflow + overflowStackSizeInBytes }]),
  ];
}

/** The stacks that a task or a CPU may be on. */
export const stacksOf: StackMachine['stacksOf'] = stacksBy(cpuStacksOf);
