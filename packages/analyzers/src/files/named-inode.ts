import { hex, type Kernel, type Progress, printable } from '@vmcorekit/core';
import {
  areasOf,
  fileOwners,
  fileTableOf,
  findFile,
  type LinuxTask,
  mountNamespaceOf,
  mountsOf,
  openFilesAt,
} from '@vmcorekit/linux';
import { tasksNamed } from '../tasks/task-selection.ts';
import { shown } from './files-report.ts';

/** The default task. */
const firstProcess = '1';

/**
 * The inode of a file that is named by the address of the inode, by a path from the root of a task,
 * or as `/proc` shows a file that some process has open or mapped: `/tmp/gone (deleted)`. A
 * sentence where there is none, or where several files are shown alike.
 */
export function* namedInode(
  kernel: Kernel,
  tasks: readonly LinuxTask[],
  name: string,
  word: string,
): Generator<Progress, bigint | string, void> {
  if (/^0x[0-9a-f]{1,16}$/i.test(name)) {
    return BigInt(name);
  }
  // Without process 1, a file in use can still be found by what it is shown as.
  if (word !== firstProcess && tasksNamed(tasks, [word]).length === 0) {
    return `no task is ${printable(word)}`;
  }
  const byPath = yield* inodeAtPath(kernel, tasks, name, word);
  if (typeof byPath === 'bigint') {
    return byPath;
  }
  const inodes = yield* inodesInUse(kernel, tasks, name);
  const [inode] = inodes;
  if (inode === undefined) {
    return `${byPath}; and no process has a file open or mapped that is shown so`;
  }
  return inodes.size === 1
    ? inode
    : `several files are shown so: give one of the inodes ${[...inodes].slice(0, 8).map(hex).join(', ')}`;
}

function* inodeAtPath(
  kernel: Kernel,
  tasks: readonly LinuxTask[],
  path: string,
  word: string,
): Generator<Progress, bigint | string, void> {
  const [task] = tasksNamed(tasks, [word]);
  if (task === undefined) {
    return `no task is ${printable(word)}`;
  }
  const namespace = mountNamespaceOf(kernel, task);
  if (namespace === undefined || namespace.root === null) {
    return `the root of task ${task.pid} is not known`;
  }
  const mounts = mountsOf(kernel, namespace.address);
  if (typeof mounts === 'string') {
    return mounts;
  }
  const found = yield* findFile(kernel, path, namespace.root, mounts.mounts);
  return typeof found === 'string' ? found : found.inode;
}

function* inodesInUse(
  kernel: Kernel,
  tasks: readonly LinuxTask[],
  name: string,
): Generator<Progress, ReadonlySet<bigint>, void> {
  const inodes = new Set<bigint>();
  for (const task of fileOwners(kernel, tasks)) {
    const table = fileTableOf(kernel, task) ?? 0n;
    const opened = table === 0n ? 'none' : yield* openFilesAt(kernel, table);
    for (const { path, inode } of typeof opened === 'string' ? [] : opened.files) {
      if (shown(path) === name) {
        inodes.add(inode);
      }
    }
    const { mm } = task.values;
    const areas = mm === 0n || task.kernelThread ? 'none' : yield* areasOf(kernel, mm);
    for (const { file } of typeof areas === 'string' ? [] : areas.areas) {
      if (file?.inode != null && shown(file.path) === name) {
        inodes.add(file.inode);
      }
    }
    yield { kind: 'progress', doing: 'looking for the file among those in use', fraction: null };
  }
  return inodes;
}
