import type { Kernel } from '@vmcorekit/core';
import { perCpuPointer, perCpuVariable } from '../../containers/index.ts';
import type { StackMachine } from '../stack-machine.ts';
import type { StackRegion } from '../stack-regions.ts';
import { stacksBy } from '../stacks-by.ts';
import { threadSizeOf } from '../thread-size.ts';

/** OVERFLOW_STACK_SIZE. Source: Linux, arch/arm64/include/asm/memory.h. */
const overflowStackSizeInBytes = 4096n;
/** The others have the size of a task's stack (IRQ_STACK_SIZE, SDEI_STACK_SIZE). */
const pointers = [
  { name: 'irq', variable: 'irq_stack_ptr' },
  { name: 'sdei-normal', variable: 'sdei_stack_normal_ptr' },
  { name: 'sdei-critical', variable: 'sdei_stack_critical_ptr' },
] as const;

/**
 * The stacks that each CPU has for itself. Empty where nothing says where they are. Source: Linux,
 * arch/arm64/kernel/irq.c (`irq_stack_ptr`), traps.c (`overflow_stack`), sdei.c.
 */
function cpuStacksOf(kernel: Kernel, cpu: number): readonly StackRegion[] {
  const size = threadSizeOf(kernel);
  const overflow = perCpuVariable(kernel, 'overflow_stack', cpu);
  const regions = pointers.flatMap(({ name, variable }): StackRegion[] => {
    const start = size === null ? undefined : perCpuPointer(kernel, variable, cpu);
    return size === null || start === undefined || start === 0n
      ? []
      : [{ name, start, end: start + BigInt(size) }];
  });
  return overflow === undefined
    ? regions
    : [...regions, { name: 'overflow', start: overflow, end: overflow + overflowStackSizeInBytes }];
}

/** The stacks that a task or a CPU may be on. */
export const stacksOf: StackMachine['stacksOf'] = stacksBy(cpuStacksOf);
