import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';

/** STACK_END_MAGIC. Source: Linux, include/uapi/linux/magic.h. */
const stackEndMagic = 0x57ac6e9dn;
/** KASAN keeps a tag in the highest byte of arm64's pointers, and not in `task_struct.stack`. */
const untaggedBits = 56;

/**
 * Whether the word at an address is the mark that ends every task's stack: a `long`, whose byte
 * order and size are the kernel's. Undefined where it cannot be read.
 */
export function isStackMark(
  memory: Kernel['memory'],
  address: VirtualAddress,
): boolean | undefined {
  return tryRead(() => memory.readPointer(address) === stackEndMagic);
}

/**
 * What the vm area of a task's stack says of where the stack begins: the same, another place, or
 * nothing.
 */
export type VmAreaOfStack = 'agrees' | 'differs' | 'unknown';

const offsetsOf = perKernel(({ types }: Pick<Kernel, 'types'>) => ({
  area: types.struct('task_struct')?.member('stack_vm_area')?.offsetInBytes,
  start: types.struct('vm_struct')?.member('addr')?.offsetInBytes,
}));

/**
 * Compares a task's stack with the vm area that the kernel made for it (CONFIG_VMAP_STACK). The
 * areas of many tasks share a page, and the low ends of their stacks do not. Below such a stack
 * lies a page that nothing maps, so what overflows it is stopped there. `unknown` where the kernel
 * or the task has no area, and where it cannot be read. Source: Linux, kernel/fork.c
 * (alloc_thread_stack_node), since 4.9.
 */
export function vmAreaOfStack(
  kernel: Kernel,
  task: VirtualAddress,
  stack: VirtualAddress,
): VmAreaOfStack {
  const { area, start } = offsetsOf(kernel);
  if (area === undefined || start === undefined) {
    return 'unknown';
  }
  const { memory } = kernel;
  const found = tryRead(() => {
    const at = memory.readPointer(task + BigInt(area));
    return at === 0n ? undefined : memory.readPointer(at + BigInt(start));
  });
  if (found === undefined) {
    return 'unknown';
  }
  return BigInt.asUintN(untaggedBits, found ^ stack) === 0n ? 'agrees' : 'differs';
}
