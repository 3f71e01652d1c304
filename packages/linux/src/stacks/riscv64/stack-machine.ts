import { type Kernel, uint64At, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import { place } from '../../reading/fields.ts';
import { structReader } from '../../reading/struct-reader.ts';
import type { SavedContext, StackMachine } from '../stack-machine.ts';
import { stacksOf } from './cpu-stacks.ts';
import { isStartCode } from './entry-code.ts';
import { isUserMode } from './pt-regs.ts';

const wordSizeInBytes = 8;
const readerOf = perKernel((kernel: Kernel) =>
  structReader(kernel, 'task_struct', { context: place('thread.ra') }),
);

/**
 * The first words of `thread_struct`: ra, sp and s0. Unchanged since Linux 4.15. Throws
 * `unknown-name` without types, and as memory does. Source: Linux,
 * arch/riscv/include/asm/processor.h, arch/riscv/kernel/entry.S (__switch_to).
 */
function readContext(kernel: Kernel, task: VirtualAddress): Record<'ra' | 'sp' | 's0', bigint> {
  const at = readerOf(kernel).read(task).context;
  const bytes = kernel.memory.read(at, 3 * wordSizeInBytes);
  const word = (index: number) => uint64At(bytes, index * wordSizeInBytes, kernel.memory.byteOrder);
  return { ra: word(0), sp: word(1), s0: word(2) };
}

function savedContext(kernel: Kernel, task: VirtualAddress): SavedContext {
  const { ra, sp, s0 } = readContext(kernel, task);
  return {
    isNew: isStartCode(kernel, ra),
    registers: new Map([
      ['pc', ra],
      ['sp', sp],
      ['s0', s0],
    ]),
  };
}

/** riscv64, whose tasks keep what they go on with in `task_struct.thread`. */
export const riscv64Stacks: StackMachine = {
  architecture: 'riscv64',
  stacksOf,
  savedStackPointer: (kernel, task) => readContext(kernel, task).sp,
  savedContext,
  stackPointerIn: (registers) => (isUserMode(registers) ? undefined : registers.get('sp')),
  programIn: (registers) =>
    isUserMode(registers) ? [registers.get('pc') ?? 0n, registers.get('sp') ?? 0n] : undefined,
};
