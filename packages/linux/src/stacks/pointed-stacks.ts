import type { Kernel } from '@vmcorekit/core';
import { perCpuPointer, perCpuVariable } from '../containers/index.ts';
import type { StackMachine } from './stack-machine.ts';
import type { StackRegion } from './stack-regions.ts';
import { stacksBy } from './stacks-by.ts';
import { threadSizeOf } from './thread-size.ts';

/**
 * OVERFLOW_STACK_SIZE. Source: Linux, arch/arm64/include/asm/memory.h and
 * arch/riscv/include/asm/thread_info.h.
 */
const overflowStackSizeInBytes = 4096n;

/** A per-CPU variable that points to a stack of the size of a task's. */
export interface StackPointer {
  readonly name: string;
  readonly variable: string;
}

/**
 * The stacks that a task or a CPU may be on, where each CPU has pointers to some, and an
 * `overflow_stack` for the overflow of another. Leaves out those that nothing places.
 */
export function pointedStacks(pointers: readonly StackPointer[]): StackMachine['stacksOf'] {
  return stacksBy((kernel: Kernel, cpu: number): readonly StackRegion[] => {
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
      : [
          ...regions,
          { name: 'overflow', start: overflow, end: overflow + overflowStackSizeInBytes },
        ];
  });
}
