import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import { optional, place, pointer } from '../../reading/fields.ts';
import { structReader } from '../../reading/struct-reader.ts';
import type { SavedContext } from '../stack-machine.ts';

/** Where a task that was never switched to begins. The first name is of Linux 6.4 and later. */
const startNames = ['ret_from_fork_asm', 'ret_from_fork'] as const;

const readersOf = perKernel((kernel: Kernel) => ({
  task: structReader(kernel, 'task_struct', { sp: pointer('thread.sp') }),
  frame: structReader(kernel, 'inactive_task_frame', {
    r15: optional(pointer('r15')),
    r14: optional(pointer('r14')),
    r13: optional(pointer('r13')),
    r12: optional(pointer('r12')),
    bx: pointer('bx'),
    bp: pointer('bp'),
    ip: pointer('ret_addr'),
    last: place('ret_addr'),
  }),
  starts: startNames.flatMap((name) => kernel.symbols.find(name)?.address ?? []).slice(0, 1),
}));

/** The saved stack pointer. Throws `unknown-name` without types, and as memory does. */
export function savedStackPointer(kernel: Kernel, task: VirtualAddress): VirtualAddress {
  return readersOf(kernel).task.read(task).sp;
}

/**
 * The registers with which a task that does not run goes on. Throws `unknown-name` without types,
 * `not-mapped` and `page-unreadable`. Source: Linux, arch/x86/include/asm/switch_to.h
 * (inactive_task_frame), arch/x86/kernel/unwind_orc.c (__unwind_start).
 */
export function savedContext(kernel: Kernel, stackPointer: VirtualAddress): SavedContext {
  const { frame, starts } = readersOf(kernel);
  const { ip, bp, bx, last, ...others } = frame.read(stackPointer);
  return {
    isNew: starts.includes(ip),
    registers: new Map([
      ['rip', ip],
      ['rsp', last + 8n],
      ['rbp', bp],
      ['rbx', bx],
      ...Object.entries(others).flatMap(([name, value]) =>
        value === null ? [] : [[name, value] as const],
      ),
    ]),
  };
}
