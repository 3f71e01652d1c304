import type { Kernel, Registers, StructType, UnwindStart, VirtualAddress } from '@vmcorekit/core';
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
  /** The stacks that a task, or a CPU with the task it runs, may be on. */
  stacksOf(kernel: Kernel, start: Pick<UnwindStart, 'task' | 'cpu'>): readonly StackRegion[];
  /** Where a task that does not run has its saved context. */
  savedStackPointer(kernel: Kernel, task: VirtualAddress): VirtualAddress;
  savedContext(kernel: Kernel, stackPointer: VirtualAddress): SavedContext;
  stackPointerIn(registers: Registers): VirtualAddress | undefined;
  /** Finds, without types, the structure of what a task saves when it is switched out. */
  findSwitchFrame(
    kernel: Pick<Kernel, 'memory' | 'symbols'>,
    samples: TaskSamples,
    stackPointer: number,
    running: ReadonlySet<VirtualAddress>,
  ): StructType | undefined;
}
