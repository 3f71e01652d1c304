import { pointedStacks } from '../pointed-stacks.ts';
import type { StackMachine } from '../stack-machine.ts';

/** For interrupts of devices and of the kernel. Source: Linux, arch/x86/kernel/irq_32.c. */
export const stacksOf: StackMachine['stacksOf'] = pointedStacks([
  { name: 'irq', variable: 'hardirq_stack_ptr' },
  { name: 'softirq', variable: 'softirq_stack_ptr' },
]);
