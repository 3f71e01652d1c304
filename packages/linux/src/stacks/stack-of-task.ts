import type { Kernel, StackTrace, VirtualAddress } from '@vmcorekit/core';
import { complete, withoutFrames } from './stack-end.ts';
import { startOfTask } from './start-of-task.ts';

/**
 * The stack of a task: of its CPU where it runs, else from where it was switched out. Never throws
 * for what the memory holds. Where it cannot be read, its end says why.
 */
export function stackOfTask(kernel: Kernel, task: VirtualAddress): StackTrace {
  const found = startOfTask(kernel, task);
  if ('reason' in found) {
    return withoutFrames(found);
  }
  const trace = kernel.stacks.trace(found.start);
  return {
    ...trace,
    end: found.isNew ? complete('never-ran') : trace.end,
    remarks: [...trace.remarks, ...found.remarks],
  };
}
