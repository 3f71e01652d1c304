import {
  isSourceFailure,
  isVmcorekitError,
  type Kernel,
  resultOf,
  VmcorekitError,
} from '@vmcorekit/core';
import { readTasks, type TaskList } from './read-tasks.ts';

/**
 * The tasks of a kernel, read once. Throws `unsupported` where the kernel's symbols or types do not
 * lead to them.
 */
export function tasksOf(kernel: Kernel): TaskList {
  const list = resultOf(readTasks(kernel));
  if (typeof list === 'string') {
    throw new VmcorekitError('unsupported', { what: 'the tasks', advice: list });
  }
  return list;
}

/** What speaks against the list of tasks as a whole, or why there is none: sentences. */
export function remarksOnTasks(kernel: Kernel): readonly string[] {
  try {
    return tasksOf(kernel).remarks;
  } catch (error) {
    if (!isVmcorekitError(error) || isSourceFailure(error)) {
      throw error;
    }
    return [error.message];
  }
}
