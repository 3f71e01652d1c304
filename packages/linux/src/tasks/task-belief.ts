import { hex, type Kernel } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { isStackMark, vmAreaOfStack } from '../stacks/stack-mark.ts';
import { hasEnded } from './task-state.ts';
import type { TaskValues } from './task-struct.ts';

/** TASK_COMM_LEN. Source: Linux, include/linux/sched.h. */
const maxCommInBytes = 16;

/** Where a stack has its magic, from its lowest address on, and how large it is if known. */
const stackLayoutOf = perKernel(({ types }: Kernel) => {
  const isInTask = types.struct('task_struct')?.member('thread_info') !== undefined;
  return {
    // Without CONFIG_THREAD_INFO_IN_TASK, a thread_info lies below the stack.
    magicAt: isInTask ? 0n : BigInt(types.struct('thread_info')?.sizeInBytes ?? 0),
    sizeInBytes: types.struct('thread_union')?.sizeInBytes ?? null,
  };
});

/** How the task at an address was read; undefined where it cannot be. */
export type ReadTask = (address: bigint) => TaskValues | undefined;

/**
 * What speaks against a task, a sentence each. Where `isPlain`, the lists agree on the task and no
 * CPU runs it: then a vm area that begins where its stack does is enough to believe the stack, and
 * the mark at its low end is not read.
 */
export function doubtsOf(
  kernel: Kernel,
  address: bigint,
  values: TaskValues,
  read: ReadTask,
  isPlain: boolean,
): string[] {
  const others = [
    ...groupDoubts(address, values, read),
    // A program gives itself any name; the kernel ends each with a NUL.
    ...(values.comm.length < maxCommInBytes ? [] : ['its name does not end']),
  ];
  return [...stackDoubts(kernel, address, values, isPlain && others.length === 0), ...others];
}

/** A task that has ended may have given its stack back. */
function stackDoubts(
  kernel: Kernel,
  address: bigint,
  values: TaskValues,
  isPlain: boolean,
): string[] {
  const { stack, stackPointer } = values;
  const isOver = hasEnded(values);
  if (stack === 0n) {
    return isOver ? [] : ['it has no stack, and has not ended'];
  }
  const { magicAt, sizeInBytes } = stackLayoutOf(kernel);
  const area = vmAreaOfStack(kernel, address, stack);
  if (!isPlain || area !== 'agrees') {
    const isMarked = isStackMark(kernel.memory, stack + magicAt);
    if (isMarked !== true) {
      return [
        isMarked === undefined
          ? `its stack at ${hex(stack)} cannot be read`
          : `its stack at ${hex(stack)} does not end with the kernel's mark`,
      ];
    }
  }
  if (area === 'differs') {
    return [`its stack at ${hex(stack)} is not where its vm area begins`];
  }
  return isOver ||
    stackPointer === null ||
    sizeInBytes === null ||
    (stackPointer > stack && stackPointer <= stack + BigInt(sizeInBytes))
    ? []
    : [`its stack pointer ${hex(stackPointer)} lies outside its stack`];
}

/** All threads of a process share its signals, and name its first thread, which names itself. */
function groupDoubts(address: bigint, values: TaskValues, read: ReadTask): string[] {
  const { groupLeader, signal, tgid, pid } = values;
  const leader = groupLeader === address ? values : read(groupLeader);
  if (leader === undefined) {
    return [`the first thread of its process, at ${hex(groupLeader)}, cannot be read`];
  }
  const isOne =
    leader.groupLeader === groupLeader &&
    leader.signal === signal &&
    leader.tgid === tgid &&
    leader.pid === tgid &&
    (groupLeader !== address || pid === tgid);
  return isOne
    ? []
    : [`it and the first thread of its process, at ${hex(groupLeader)}, contradict each other`];
}
