import { type Kernel, uint64At, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import { place } from '../../reading/fields.ts';
import { structReader } from '../../reading/struct-reader.ts';
import type { SavedContext, StackMachine } from '../stack-machine.ts';
import { stacksOf } from './cpu-stacks.ts';
import { isUserMode } from './pt-regs.ts';

const wordSizeInBytes = 8;

const readersOf = perKernel((kernel: Kernel) => ({
  task: structReader(kernel, 'task_struct', { sp: place('thread.cpu_context.sp', 'thread.sp') }),
  start: kernel.symbols.find('ret_from_fork')?.address,
}));

/**
 * The last three words of `cpu_context`: fp, sp and pc. Unchanged since Linux 3.7. Throws
 * `unknown-name` without types, and as memory does. Source: Linux,
 * arch/arm64/include/asm/processor.h (struct cpu_context), arch/arm64/kernel/entry.S
 * (cpu_switch_to).
 */
function readContext(kernel: Kernel, task: VirtualAddress): Record<'fp' | 'sp' | 'pc', bigint> {
  const at = readersOf(kernel).task.read(task).sp - BigInt(wordSizeInBytes);
  const bytes = kernel.memory.read(at, 3 * wordSizeInBytes);
  const word = (index: number) => uint64At(bytes, index * wordSizeInBytes, kernel.memory.byteOrder);
  return { fp: word(0), sp: word(1), pc: word(2) };
}

function savedContext(kernel: Kernel, task: VirtualAddress): SavedContext {
  const { fp, sp, pc } = readContext(kernel, task);
  return {
    isNew: pc === readersOf(kernel).start,
    registers: new Map([
      ['pc', pc],
      ['sp', sp],
      ['x29', fp],
    ]),
  };
}

/** arm64, whose tasks keep what they go on with in `task_struct.thread`. */
export const arm64Stacks: StackMachine = {
  architecture: 'arm64',
  stacksOf,
  savedStackPointer: (kernel, task) => readContext(kernel, task).sp,
  savedContext,
  stackPointerIn: (registers) => (isUserMode(registers) ? undefined : registers.get('sp')),
  programIn: (registers) =>
    isUserMode(registers) ? [registers.get('pc') ?? 0n, registers.get('sp') ?? 0n] : undefined,
};
