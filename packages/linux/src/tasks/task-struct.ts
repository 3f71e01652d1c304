import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { number, optional, pointer, text, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';

/** What is read of every task at once; all else is read when asked for. */
export interface TaskValues {
  /** `state` before Linux 5.14. Null as `exitState` is. */
  readonly state: bigint | null;
  /** Null where there are no types, and memory alone does not prove it. */
  readonly exitState: number | null;
  readonly flags: number;
  readonly onCpu: number | null;
  /** In `thread_info` since Linux 5.16. */
  readonly cpu: number | null;
  readonly stack: VirtualAddress;
  readonly stackPointer: VirtualAddress | null;
  readonly mm: VirtualAddress;
  readonly pid: number;
  readonly tgid: number;
  readonly realParent: VirtualAddress;
  readonly groupLeader: VirtualAddress;
  readonly signal: VirtualAddress;
  readonly credentials: VirtualAddress | null;
  readonly comm: string;
}

export interface TaskReader {
  /** Undefined where some of the members cannot be read. */
  tryRead(address: VirtualAddress): TaskValues | undefined;
}

/** A reader of the kernel's tasks; undefined where its types do not describe them. */
export const taskReaderOf: (kernel: Kernel) => TaskReader | undefined = perKernel(
  (kernel: Kernel) =>
    knownReader(kernel, 'task_struct', {
      state: optional(wide('__state', 'state')),
      exitState: optional(number('exit_state')),
      flags: number('flags'),
      onCpu: optional(number('on_cpu')),
      cpu: optional(number('thread_info.cpu', 'cpu')),
      stack: pointer('stack'),
      stackPointer: optional(pointer('thread.sp', 'thread.cpu_context.sp')),
      mm: pointer('mm'),
      pid: number('pid'),
      tgid: number('tgid'),
      realParent: pointer('real_parent'),
      groupLeader: pointer('group_leader'),
      signal: pointer('signal'),
      credentials: optional(pointer('real_cred')),
      comm: text('comm'),
    }),
);
