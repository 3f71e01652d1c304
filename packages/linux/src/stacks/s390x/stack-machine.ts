import { type Kernel, type VirtualAddress, VmcorekitError } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import { pointer } from '../../reading/fields.ts';
import { structReader } from '../../reading/struct-reader.ts';
import { pointersByMode } from '../pointers-by-mode.ts';
import type { SavedContext, StackMachine } from '../stack-machine.ts';
import { stacksOf } from './cpu-stacks.ts';
import { findFrames } from './find-frames.ts';
import { isUserMode } from './pt-regs.ts';
import { savedRegisters, stackFrameLayoutOf } from './stack-frame.ts';

const member = 'thread.ksp';
const linkRegister = 'r14';

const readersOf = perKernel((kernel: Kernel) => ({
  task: structReader(kernel, 'task_struct', { sp: pointer(member) }),
  start: kernel.symbols.find('ret_from_fork')?.address,
}));

/**
 * A task is switched out in the frame of the function that called the switch, which saved r6 to r15
 * there: r14 is its return address. Throws `unknown-name` without types, and as memory does.
 * Source: Linux, arch/s390/kernel/entry.S (__switch_to), arch/s390/kernel/process.c (copy_thread).
 */
function savedContext(kernel: Kernel, task: VirtualAddress): SavedContext {
  const sp = savedStackPointer(kernel, task);
  const layout = stackFrameLayoutOf(kernel);
  if (layout === undefined) {
    throw new VmcorekitError('unknown-name', {
      kind: 'structure',
      name: 'stack_frame',
      known: [],
    });
  }
  const registers = savedRegisters(kernel.memory, sp, layout);
  const pc = registers.get(linkRegister) ?? 0n;
  return {
    isNew: pc === readersOf(kernel).start,
    registers: new Map([['psw_addr', pc], ...registers, ['r15', sp]]),
  };
}

function savedStackPointer(kernel: Kernel, task: VirtualAddress): VirtualAddress {
  return readersOf(kernel).task.read(task).sp;
}

/** s390x, whose frames are linked by a back chain. */
export const s390xStacks: StackMachine = {
  architecture: 's390x',
  stackPointerMember: member,
  stacksOf,
  savedStackPointer,
  savedContext,
  findFrames,
  ...pointersByMode(isUserMode, 'psw_addr', 'r15'),
};
