import { type Kernel, tryRead, type UnwindStart, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import type { StackRegion } from '../stack-regions.ts';
import { threadSizeOf, vmStackSizeOf } from '../thread-size.ts';
import { cpuStacksOf } from './cpu-stacks.ts';

const partsOf = perKernel((kernel: Kernel) => ({
  stackOffset: kernel.types.struct('task_struct')?.member('stack')?.offsetInBytes,
  threadSize: threadSizeOf(kernel),
  cpuStacks: new Map<number, readonly StackRegion[]>(),
}));

/** The stack of a task; none for one that freed it, or where its size is not known. */
export function taskStackOf(kernel: Kernel, task: VirtualAddress): StackRegion[] {
  const { stackOffset, threadSize } = partsOf(kernel);
  const start =
    stackOffset === undefined
      ? undefined
      : tryRead(() => kernel.memory.readPointer(task + BigInt(stackOffset)));
  const size = threadSize ?? vmStackSizeOf(kernel, task);
  return start === undefined || start === 0n || size === null
    ? []
    : [{ name: 'task', start, end: start + BigInt(size) }];
}

/** The stacks that a task or a CPU may be on. */
export function stacksOf(
  kernel: Kernel,
  { task, cpu }: Pick<UnwindStart, 'task' | 'cpu'>,
): readonly StackRegion[] {
  const ofTask = task === null ? [] : taskStackOf(kernel, task);
  return cpu === null ? ofTask : [...ofTask, ...heldCpuStacks(kernel, cpu)];
}

function heldCpuStacks(kernel: Kernel, cpu: number): readonly StackRegion[] {
  const { cpuStacks } = partsOf(kernel);
  const held = cpuStacks.get(cpu) ?? cpuStacksOf(kernel, cpu);
  cpuStacks.set(cpu, held);
  return held;
}
