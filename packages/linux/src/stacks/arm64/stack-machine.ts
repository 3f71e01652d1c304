import type { Kernel, Registers, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import { place } from '../../reading/fields.ts';
import { structReader } from '../../reading/struct-reader.ts';
import { readNamedWords } from '../named-words.ts';
import { pointersByMode } from '../pointers-by-mode.ts';
import type { SavedContext, StackMachine } from '../stack-machine.ts';
import { stacksOf } from './cpu-stacks.ts';
import { isUserMode } from './pt-regs.ts';

const wordSizeInBytes = 8n;

const readersOf = perKernel((kernel: Kernel) => ({
  task: structReader(kernel, 'task_struct', { sp: place('thread.cpu_context.sp', 'thread.sp') }),
  start: kernel.symbols.find('ret_from_fork')?.address,
}));

/** `struct cpu_context`, in its order, by the registers that its members are of. */
const saved = [
  ...['x19', 'x20', 'x21', 'x22', 'x23', 'x24', 'x25', 'x26', 'x27', 'x28'],
  ...['x29', 'sp', 'pc'],
];
const beforeStackPointer = wordSizeInBytes * BigInt(saved.indexOf('sp'));

/**
 * All of `cpu_context`. Unchanged since Linux 3.7. Throws `unknown-name` without types, and as
 * memory does. Source: Linux, arch/arm64/include/asm/processor.h (struct cpu_context),
 * arch/arm64/kernel/entry.S (cpu_switch_to).
 */
function savedRegisters(kernel: Kernel, task: VirtualAddress): Registers {
  const at = readersOf(kernel).task.read(task).sp - beforeStackPointer;
  return readNamedWords(kernel.memory, at, saved);
}

function savedContext(kernel: Kernel, task: VirtualAddress): SavedContext {
  const registers = savedRegisters(kernel, task);
  return { isNew: registers.get('pc') === readersOf(kernel).start, registers };
}

/** arm64, whose tasks keep what they go on with in `task_struct.thread`. */
export const arm64Stacks: StackMachine = {
  architecture: 'arm64',
  stackPointerMember: 'thread.cpu_context.sp',
  stacksOf,
  savedStackPointer: (kernel, task) => savedRegisters(kernel, task).get('sp') ?? 0n,
  savedContext,
  ...pointersByMode(isUserMode, 'pc', 'sp'),
};
