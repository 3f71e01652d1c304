import { type Kernel, type Progress, plural, type VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { type OpenFile, openFilesAt } from '../files/open-files.ts';
import { fileOwners, fileTableOf } from '../files/task-files.ts';
import { perKernel } from '../per-kernel.ts';
import { pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { readTasks } from '../tasks/read-tasks.ts';

/** A process that has a socket open. */
export interface SocketOwner {
  readonly pid: number;
  readonly comm: string;
  readonly fd: number;
}

export interface SocketOwners {
  /** By the address of the `struct sock`. */
  readonly bySocket: ReadonlyMap<VirtualAddress, readonly SocketOwner[]>;
  readonly remarks: readonly string[];
}

const maxRemarks = 64;

const readerOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'socket_alloc', {
    sock: pointer('socket.sk'),
    file: pointer('socket.file'),
  }),
);

/**
 * The processes that have sockets open, out of the open files of all. A sentence where the kernel's
 * symbols or types do not lead to them.
 */
export function* readSocketOwners(
  kernel: Kernel,
): Generator<Progress, SocketOwners | string, void> {
  if (!knowsSocketFiles(kernel)) {
    return withoutTypes(kernel, 'struct socket_alloc');
  }
  const list = yield* readTasks(kernel);
  if (typeof list === 'string') {
    return list;
  }
  const bySocket = new Map<VirtualAddress, SocketOwner[]>();
  const remarks: string[] = [];
  for (const task of fileOwners(kernel, list.tasks)) {
    const { pid, comm } = task;
    const table = fileTableOf(kernel, task);
    if (table === undefined || table === 0n) {
      continue;
    }
    const opened = yield* openFilesAt(kernel, table);
    if (typeof opened === 'string') {
      remarks.push(`task ${pid}: ${opened}`);
      continue;
    }
    remarks.push(...opened.remarks.map((remark) => `task ${pid}: ${remark}`));
    for (const { fd, socket } of socketsAmong(kernel, opened.files)) {
      const owners = bySocket.get(socket) ?? [];
      owners.push({ pid, comm, fd });
      bySocket.set(socket, owners);
    }
  }
  const left = remarks.length - maxRemarks;
  return {
    bySocket,
    remarks:
      left <= 0
        ? remarks
        : [...remarks.slice(0, maxRemarks), `${plural(left, 'more remark')} left out`],
  };
}

/** What is needed of an open file. */
type Opened = Pick<OpenFile, 'fd' | 'address' | 'inode' | 'type'>;

/** The files that are sockets, each with the address of its `struct sock`. */
export function* socketsAmong(
  kernel: Kernel,
  files: Iterable<Opened>,
): Generator<{ readonly fd: number; readonly socket: VirtualAddress }, void, void> {
  if (!knowsSocketFiles(kernel)) {
    return;
  }
  for (const { fd, address, inode, type } of files) {
    if (type !== 'SOCK') {
      continue;
    }
    const at = containerOf(kernel, 'socket_alloc', 'vfs_inode', inode);
    const values = readerOf(kernel)?.tryRead(at);
    // A socket names its file. The file of a unix socket, opened by its path, has no socket.
    if (values !== undefined && values.file === address && values.sock !== 0n) {
      yield { fd, socket: values.sock };
    }
  }
}

function knowsSocketFiles(kernel: Kernel): boolean {
  const inode = kernel.types.struct('socket_alloc')?.member('vfs_inode');
  return inode !== undefined && readerOf(kernel) !== undefined;
}
