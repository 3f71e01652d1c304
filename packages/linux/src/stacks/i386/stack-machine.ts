import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import { optional, place, pointer } from '../../reading/fields.ts';
import { structReader } from '../../reading/struct-reader.ts';
import { pointersByMode } from '../pointers-by-mode.ts';
import type { SavedContext, StackMachine } from '../stack-machine.ts';
import { stacksOf } from './cpu-stacks.ts';
import { isStartCode } from './entry-code.ts';
import { findFrames } from './find-frames.ts';
import { isUserMode } from './pt-regs.ts';

const wordSizeInBytes = 4n;
const member = 'thread.sp';

const readersOf = perKernel((kernel: Kernel) => ({
  task: structReader(kernel, 'task_struct', { sp: pointer(member) }),
  frame: structReader(kernel, 'inactive_task_frame', {
    flags: optional(pointer('flags')),
    si: optional(pointer('si')),
    di: optional(pointer('di')),
    bx: optional(pointer('bx')),
    bp: pointer('bp'),
    ip: pointer('ret_addr'),
    last: place('ret_addr'),
  }),
}));

function savedStackPointer(kernel: Kernel, task: VirtualAddress): VirtualAddress {
  return readersOf(kernel).task.read(task).sp;
}

/** Source: Linux, arch/x86/entry/entry_32.S (__switch_to_asm). */
function savedContext(kernel: Kernel, task: VirtualAddress): SavedContext {
  const { ip, bp, last, ...others } = readersOf(kernel).frame.read(savedStackPointer(kernel, task));
  return {
    isNew: isStartCode(kernel, ip),
    registers: new Map([
      ['eip', ip],
      ['esp', last + wordSizeInBytes],
      ['ebp', bp],
      ...Object.entries(others).flatMap(([name, value]) =>
        value === null ? [] : [[`e${name}`, value] as const],
      ),
    ]),
  };
}

/** i386, whose kernels keep frame pointers. */
export const i386Stacks: StackMachine = {
  architecture: 'i386',
  stackPointerMember: member,
  stacksOf,
  savedStackPointer,
  savedContext,
  findFrames,
  ...pointersByMode(isUserMode, 'eip', 'esp'),
};
