import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { pageSizeOf } from '../page-size.ts';

type KernelParts = Pick<Kernel, 'dump' | 'memory' | 'types' | 'root' | 'vmcoreinfo'>;

const maxThreadSizeInBytes = 2 ** 20;

/** The stack of the first task, which the image holds: its start, then its end. */
const boundaries = [
  ['__start_init_stack', '__end_init_stack'],
  ['init_stack', '__end_init_stack'],
  ['__start_init_task', '__end_init_task'],
  ['init_stack', '__end_init_task'],
] as const;

/**
 * The size of a task's stack (THREAD_SIZE) in bytes; null where the kernel does not say. Debugging
 * options double it. Source: Linux, include/asm-generic/vmlinux.lds.h (INIT_TASK_DATA).
 */
export function threadSizeOf({ symbols }: Pick<Kernel, 'symbols'>): number | null {
  for (const [first, last] of boundaries) {
    const start = symbols.find(first)?.address;
    const end = symbols.find(last)?.address;
    const size = start === undefined || end === undefined ? 0 : Number(end - start);
    if (isStackSize(size)) {
      return size;
    }
  }
  return null;
}

/**
 * The same where stacks lie in vmalloc memory (CONFIG_VMAP_STACK), by the area of a task's own.
 * That of the first task lies in the image. Then the next in the list says it: all have one size.
 */
export function vmStackSizeOf(kernel: KernelParts, task: VirtualAddress): number | null {
  const { memory, types } = kernel;
  const links = types.struct('task_struct')?.member('tasks')?.offsetInBytes;
  const own = areaSizeOf(kernel, task);
  const next =
    own !== null || links === undefined
      ? undefined
      : tryRead(() => memory.readPointer(task + BigInt(links)) - BigInt(links));
  return next === undefined ? own : areaSizeOf(kernel, BigInt.asUintN(64, next));
}

function areaSizeOf(kernel: KernelParts, task: VirtualAddress): number | null {
  const { memory, types } = kernel;
  const area = types.struct('task_struct')?.member('stack_vm_area')?.offsetInBytes;
  const pages = types.struct('vm_struct')?.member('nr_pages')?.offsetInBytes;
  if (area === undefined || pages === undefined) {
    return null;
  }
  const count = tryRead(() =>
    memory.readUint32(memory.readPointer(task + BigInt(area)) + BigInt(pages)),
  );
  const size = (count ?? 0) * pageSizeOf(kernel);
  return isStackSize(size) ? size : null;
}

function isStackSize(size: number): boolean {
  return size >= 4096 && size <= maxThreadSizeInBytes && Number.isInteger(Math.log2(size));
}
