import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import type { LinuxTask } from '../tasks/linux-task.ts';

const readerOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'task_struct', { files: pointer('files') }),
);

/**
 * Of the `files_struct` of a task, which threads share as a rule; 0 for a task that has ended.
 * Undefined where it is not proved.
 */
export function fileTableOf(kernel: Kernel, { address }: LinuxTask): VirtualAddress | undefined {
  return readerOf(kernel)?.tryRead(address)?.files;
}

/**
 * The tasks whose tables of open files are all that these tasks have: of each process the first
 * thread, and each other thread with a table of its own.
 */
export function fileOwners(kernel: Kernel, tasks: readonly LinuxTask[]): LinuxTask[] {
  const tables = new Map<number, Set<VirtualAddress>>();
  const ofProcess = (tgid: number): Set<VirtualAddress> => {
    const found = tables.get(tgid) ?? new Set();
    tables.set(tgid, found);
    return found;
  };
  for (const task of tasks) {
    const table = fileTableOf(kernel, task);
    if (task.pid === task.tgid && table !== undefined) {
      ofProcess(task.tgid).add(table);
    }
  }
  return tasks.filter((task) => {
    if (task.pid === task.tgid) {
      return true;
    }
    const table = fileTableOf(kernel, task);
    const known = ofProcess(task.tgid);
    if (table === undefined || table === 0n || known.has(table)) {
      return false;
    }
    known.add(table);
    return true;
  });
}
