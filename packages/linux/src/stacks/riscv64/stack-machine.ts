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

/** In their order. The first is where a task goes on, and what `ra` is then. */
const saved = [
  'ra',
  'sp',
  's0',
  's1',
  's2',
  's3',
  's4',
  's5',
  's6',
  's7',
  's8',
  's9',
  's10',
  's11',
];

/**
 * The first words of `thread_struct`: ra, sp and s0 to s11. Unchanged since Linux 4.15. Throws
 * `unknown-name` without types, and as memory does. Source: Linux,
 * arch/riscv/include/asm/processor.h, arch/riscv/kernel/entry.S (__switch_to).
 */
function savedRegisters(kernel: Kernel, task: VirtualAddress): Registers {
  const at = readerOf(kernel).read(task).context;
  const registers = readNamedWords(kernel.memory, at, saved);
  return new Map([['pc', registers.get('ra') ?? 0n], ...registers]);
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
