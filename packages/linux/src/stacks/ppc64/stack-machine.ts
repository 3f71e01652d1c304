import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import { pointer } from '../../reading/fields.ts';
import { structReader } from '../../reading/struct-reader.ts';
import { pointersByMode } from '../pointers-by-mode.ts';
import type { SavedContext, StackMachine } from '../stack-machine.ts';
import { stacksOf } from './cpu-stacks.ts';
import { findFrames } from './find-frames.ts';
import { firstInstructionsAt, isUserMode, keptBySwitch } from './interrupt-frame.ts';
import { linkSaveOffset } from './stack-frame.ts';

/** Where new tasks begin, by the names in all versions. */
const starts = [
  'ret_from_fork',
  'ret_from_fork_scv',
  'ret_from_kernel_thread',
  'ret_from_kernel_user_thread',
  'start_kernel_thread',
];

const member = 'thread.ksp';

const readersOf = perKernel((kernel: Kernel) => ({
  task: structReader(kernel, 'task_struct', { sp: pointer(member) }),
  starts: new Set(starts.flatMap((name) => kernel.symbols.find(name)?.address ?? [])),
}));

/**
 * A task is switched out in a frame of `_switch`, which has saved its return address in that of its
 * caller, and r14 to r31 in its own. A new task has only its first instruction. Throws
 * `unknown-name` without types, and as memory does. Source: Linux, arch/powerpc/kernel/switch.S,
 * arch/powerpc/kernel/process.c (copy_thread).
 */
function savedContext(kernel: Kernel, task: VirtualAddress): SavedContext {
  const { memory } = kernel;
  const frame = savedStackPointer(kernel, task);
  for (const at of firstInstructionsAt(frame)) {
    const first = tryRead(() => memory.readPointer(at));
    if (first !== undefined && readersOf(kernel).starts.has(first)) {
      return {
        isNew: true,
        registers: new Map([
          ['nip', first],
          ['r1', frame],
        ]),
      };
    }
  }
  const caller = memory.readPointer(frame);
  const nip = memory.readPointer(caller + linkSaveOffset);
  return {
    isNew: false,
    registers: new Map([['nip', nip], ['r1', caller], ...keptBySwitch(memory, frame, nip)]),
  };
}

function savedStackPointer(kernel: Kernel, task: VirtualAddress): VirtualAddress {
  return readersOf(kernel).task.read(task).sp;
}

/** ppc64, whose frames are linked by a back chain. */
export const ppc64Stacks: StackMachine = {
  architecture: 'ppc64',
  stackPointerMember: member,
  stacksOf,
  savedStackPointer,
  savedContext,
  findFrames,
  ...pointersByMode(isUserMode, 'nip', 'r1'),
};
