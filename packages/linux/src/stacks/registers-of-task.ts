import type { Kernel, Registers, VirtualAddress } from '@vmcorekit/core';
import { startOfTask } from './start-of-task.ts';

/** Registers of a task. */
export interface TaskRegisters {
  /**
   * By the architecture's names, unsigned. Only those that are known: a task that sleeps has those
   * that its kernel saved when it switched to another. Null where nothing proves any.
   */
  readonly registers: Registers | null;
  /** Linux's number of the CPU that has them; null for a task that sleeps, and where unknown. */
  readonly cpu: number | null;
  /** Why there are none, or what speaks against them: sentences. */
  readonly remarks: readonly string[];
}

/**
 * The registers with which the stack of a task begins (`stackOfTask`), and a debugger's own trace
 * of it. Those of a task that runs are its CPU's, and may be of a program. Never throws for what
 * the memory holds.
 */
export function registersOfTask(kernel: Kernel, task: VirtualAddress): TaskRegisters {
  const found = startOfTask(kernel, task);
  if ('reason' in found) {
    const because = found.reason === 'no-stack' ? 'the task has exited: its stack is freed' : null;
    return { registers: null, cpu: null, remarks: [found.detail ?? because ?? found.reason] };
  }
  const { start, remarks } = found;
  return { registers: start.registers, cpu: start.cpu, remarks };
}
