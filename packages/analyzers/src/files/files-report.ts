import { hex, type Kernel, type Progress } from '@vmcorekit/core';
import {
  type FilePath,
  fileTableOf,
  type LinuxTask,
  type OpenFile,
  openFilesAt,
  placesOf,
  withoutTypes,
} from '@vmcorekit/linux';

/** A file that a process has open. Null means "not proved". */
export interface FilesFile {
  readonly fd: number;
  /** Of its `struct file`, hexadecimal. */
  readonly file: string;
  readonly dentry: string | null;
  readonly inode: string;
  readonly inodeNumber: number | null;
  readonly type: string | null;
  /** As `/proc/PID/fd` shows it, without ` (deleted)`. */
  readonly path: string | null;
  /** True for a file that no folder names any more; null where that cannot be read. */
  readonly deleted: boolean | null;
  /** False where only the end of the path is known. */
  readonly isComplete: boolean;
  /** O_RDONLY and so on, as `/proc/PID/fdinfo` shows them in octal. */
  readonly flags: number;
  readonly positionInBytes: number | null;
  readonly mountId: number | null;
}

/** A process, or a thread with open files of its own. */
export interface FilesProcess {
  readonly pid: number;
  readonly tgid: number;
  readonly comm: string;
  /** Of its `task_struct`. */
  readonly address: string;
  readonly kernelThread: boolean;
  /** As `/proc/PID/root` shows it; so are `cwd` and `exe`. */
  readonly root: string | null;
  readonly cwd: string | null;
  readonly exe: string | null;
  /** Null where the table of its open files cannot be read. */
  readonly files: readonly FilesFile[] | null;
  /** What could not be read, a sentence each. */
  readonly remarks: readonly string[];
}

/** The `data` of the `files` analyzer. */
export interface FilesReport {
  readonly processes: readonly FilesProcess[];
}

export function* filesProcess(
  kernel: Kernel,
  task: LinuxTask,
): Generator<Progress, FilesProcess, void> {
  const { pid, tgid, comm, address, kernelThread } = task;
  const { root, workingFolder, executable } = placesOf(kernel, task);
  const table = fileTableOf(kernel, task);
  const found =
    table === undefined
      ? whyNoTable(kernel)
      : table === 0n
        ? { files: [], remarks: [] }
        : yield* openFilesAt(kernel, table);
  return {
    pid,
    tgid,
    comm,
    address: hex(address),
    kernelThread,
    root: shown(root),
    cwd: shown(workingFolder),
    exe: shown(executable),
    files: typeof found === 'string' ? null : found.files.map(filesFile),
    remarks: typeof found === 'string' ? [found] : found.remarks,
  };
}

function whyNoTable(kernel: Kernel): string {
  return kernel.types.struct('task_struct')?.member('files') === undefined
    ? withoutTypes(kernel, 'where tasks have their open files')
    : 'the table of its open files cannot be read';
}

function filesFile({ address, path, ...file }: OpenFile): FilesFile {
  return {
    fd: file.fd,
    file: hex(address),
    dentry: file.dentry === null ? null : hex(file.dentry),
    inode: hex(file.inode),
    inodeNumber: exact(file.inodeNumber),
    type: file.type,
    path: path?.path ?? null,
    deleted: path?.isDeleted ?? null,
    isComplete: path?.isComplete ?? false,
    flags: file.flags,
    positionInBytes: exact(file.positionInBytes),
    mountId: file.mountId,
  };
}

/** Null for what a number cannot hold: no file is that long. */
function exact(value: bigint | null): number | null {
  return value !== null && Number.isSafeInteger(Number(value)) ? Number(value) : null;
}

/** As the links of `/proc` show it. */
export function shown(path: FilePath | null): string | null {
  return path === null ? null : `${path.path}${path.isDeleted ? ' (deleted)' : ''}`;
}
