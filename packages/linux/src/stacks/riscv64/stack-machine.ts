import type { Kernel, Registers, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import { place } from '../../reading/fields.ts';
import { structReader } from '../../reading/struct-reader.ts';
import { readNamedWords } from '../named-words.ts';
import { pointersByMode } from '../pointers-by-mode.ts';
import type { SavedContext, StackMachine } from '../stack-machine.ts';
import { stacksOf } from './cpu-stacks.ts';
import { isStartCode } from './entry-code.ts';
import { isUserMode } from './pt-regs.ts';

const readerOf = perKernel((kernel: Kernel) =>
  structReader(kernel, 'task_struct', { context: place('thread.ra') }),
);

/**
 * The first words of `thread_struct`: ra, sp and s0. Unchanged since Linux 4.15. Throws
 * `unknown-name` without types, and as memory does. Source: Linux,
 * arch/riscv/include/asm/processor.h, arch/riscv/kernel/entry.S (__switch_to).
 */
function savedRegisters(kernel: Kernel, task: VirtualAddress): Registers {
  const at = readerOf(kernel).read(task).context;
  return readNamedWords(kernel.memory, at, ['pc', 'sp', 's0']);
}

function savedContext(kernel: Kernel, task: VirtualAddress): SavedContext {
  const registers = savedRegisters(kernel, task);
  return { isNew: isStartCode(kernel, registers.get('pc') ?? 0n), registers };
}

/** riscv64, whose tasks keep what they go on with in `task_struct.thread`. */
export const riscv64Stacks: StackMachine = {
  architecture: 'riscv64',
  stackPointerMember: 'thread.sp',
  stacksOf,
  savedStackPointer: (kernel, task) => savedRegisters(kernel, task).get('sp') ?? 0n,
  savedContext,
  ...pointersByMode(isUserMode, 'pc', 'sp'),
};
