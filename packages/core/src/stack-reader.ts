import type { Registers } from './registers.ts';
import type { VirtualAddress } from './spaces.ts';
import type { StackTrace } from './stack-trace.ts';

/** Where a stack trace begins. */
export interface UnwindStart {
  /** By their architecture's names; at least the instruction and stack pointers. */
  readonly registers: Registers;
  /**
   * True where the instruction pointer is the next instruction itself (a CPU, an interrupt). False
   * where it is a return address.
   */
  readonly isExact: boolean;
  /** The task whose stack it is; null where unknown. */
  readonly task: VirtualAddress | null;
  /** Linux's number of the CPU that runs; null for a task that sleeps. */
  readonly cpu: number | null;
}

/** Reads the stacks of one kernel. It never throws for what the memory holds. */
export interface StackReader {
  trace(start: UnwindStart): StackTrace;
}
