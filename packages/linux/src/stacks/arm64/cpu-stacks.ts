import { pointedStacks } from '../pointed-stacks.ts';
import type { StackMachine } from '../stack-machine.ts';

/**
 * For interrupts, and for what firmware delegates. Source: Linux, arch/arm64/kernel/irq.c
 * (`irq_stack_ptr`), traps.c (`overflow_stack`), sdei.c (IRQ_STACK_SIZE, SDEI_STACK_SIZE).
 */
export const stacksOf: StackMachine['stacksOf'] = pointedStacks([
  { name: 'irq', variable: 'irq_stack_ptr' },
  { name: 'sdei-normal', variable: 'sdei_stack_normal_ptr' },
  { name: 'sdei-critical', variable: 'sdei_stack_critical_ptr' },
]);
