import type { Kernel, Registers, StructType, UnwindStart, VirtualAddress } from '@vmcorekit/core';
import type { SleepingTasks } from '../without-types/back-chains.ts';
import type { TaskSamples } from '../without-types/task-samples.ts';
import type { StackRegion } from './stack-regions.ts';

/** What a task saved when it was switched out. */
export interface SavedContext {
  readonly registers: Registers;
  /** True for a task that has never run: it starts at its first instruction. */
  readonly isNew: boolean;
}

/**
 * Where Linux keeps stacks and registers on one architecture. Reads throw `not-mapped` or
 * `page-unreadable`, and `unknown-name` where the kernel's types do not know a structure.
 */
export interface StackMachine {
  /** The name of the `Architecture`. */
  readonly architecture: string;
  /** The member of `task_struct` with the stack pointer of a task that does not run. */
  readonly stackPointerMember: string;
  /** The stacks that a task, or a CPU with the task it runs, may be on. */
  stacksOf(kernel: Kernel, start: Pick<UnwindStart, 'task' | 'cpu'>): readonly StackRegion[];
  /** The stack pointer of a task that does not run. */
  savedStackPointer(kernel: Kernel, task: VirtualAddress): VirtualAddress;
  /** What it goes on with. */
  savedContext(kernel: Kernel, task: VirtualAddress): SavedContext;
  /** Undefined in user mode, where it is the program's. */
  stackPointerIn(registers: Registers): VirtualAddress | undefined;
  /** The instruction and stack pointers of a program; undefined in the kernel. */
  programIn(registers: Registers): readonly VirtualAddress[] | undefined;
  /**
   * Finds, without types, the structure of what a task saves on its stack when it is switched out.
   * Left out where it saves all in its `task_struct`, right beside the stack pointer.
   */
  findSwitchFrame?(
    kernel: Pick<Kernel, 'memory' | 'symbols'>,
    samples: TaskSamples,
    stackPointer: number,
    running: ReadonlySet<VirtualAddress>,
  ): StructType | undefined;
  /**
   * Finds, without types, the structures on the stacks of sleeping tasks, and the size of a stack.
   * Undefined where those have no sound frames: then the stack pointer is none. Left out where
   * frames are not linked by themselves.
   */
  findFrames?(
    kernel: Pick<Kernel, 'memory' | 'symbols'>,
    sleeping: SleepingTasks,
  ): FoundFrames | undefined;
}

/** What frames on the stacks of tasks show. */
export interface FoundFrames {
  readonly structs: readonly StructType[];
  readonly stackSizeInBytes: number;
}
