import { pointedStacks } from '../pointed-stacks.ts';
import type { StackMachine } from '../stack-machine.ts';

/**
 * For interrupts since Linux 6.5 (CONFIG_IRQ_STACKS). Source: Linux, arch/riscv/kernel/irq.c
 * (`irq_stack_ptr`), arch/riscv/kernel/traps.c (`overflow_stack`).
 */
export const stacksOf: StackMachine['stacksOf'] = pointedStacks([
  { name: 'irq', variable: 'irq_stack_ptr' },
]);
