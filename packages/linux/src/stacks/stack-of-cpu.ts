import type { Kernel, StackTrace } from '@vmcorekit/core';
import { withoutFrames } from './stack-end.ts';
import { startOfCpu } from './start-of-cpu.ts';

/**
 * The stack of a CPU, from its registers. Never throws for what the memory holds. Where there is
 * none, its end says why.
 */
export function stackOfCpu(kernel: Kernel, number: number): StackTrace {
  const start = startOfCpu(kernel, number);
  return 'reason' in start ? withoutFrames(start) : kernel.stacks.trace(start);
}
