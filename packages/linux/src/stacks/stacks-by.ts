import { type Kernel, tryRead, type UnwindStart, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import type { StackMachine } from './stack-machine.ts';
import type { StackRegion } from './stack-regions.ts';
import { threadSizeOf, vmStackSizeOf } from './thread-size.ts';

const taskPartsOf = perKernel((kernel: Kernel) => ({
  stackOffset: kernel.types.struct('task_struct')?.member('stack')?.offsetInBytes,
  // Without a name for its ends, the types may say it.
  threadSize: threadSizeOf(kernel) ?? kernel.types.struct('thread_union')?.sizeInBytes ?? null,
}));

/** The stack of a task; none for one that freed it, or where its size is not known. */
function taskStackOf(kernel: Kernel, task: VirtualAddress): StackRegion[] {
  const { stackOffset, threadSize } = taskPartsOf(kernel);
  const start =
    stackOffset === undefined
      ? undefined
      : tryRead(() => kernel.memory.readPointer(task + BigInt(stackOffset)));
  const size = threadSize ?? vmStackSizeOf(kernel, task);
  return start === undefined || start === 0n || size === null
    ? []
    : [{ name: 'task', start, end: start + BigInt(size) }];
}

/**
 * The stacks that a task or a CPU may be on: a task's first. Those of a CPU are an architecture's
 * own, and are read once.
 */
export function stacksBy(
  cpuStacksOf: (kernel: Kernel, cpu: number) => readonly StackRegion[],
): StackMachine['stacksOf'] {
  const cpuStacks = perKernel((_kernel: Kernel) => new Map<number, readonly StackRegion[]>());
  return (kernel, { task, cpu }: Pick<UnwindStart, 'task' | 'cpu'>) => {
    const ofTask = task === null ? [] : taskStackOf(kernel, task);
    if (cpu === null) {
      return ofTask;
    }
    const held = cpuStacks(kernel).get(cpu) ?? cpuStacksOf(kernel, cpu);
    cpuStacks(kernel).set(cpu, held);
    return [...ofTask, ...held];
  };
}
