import { VmcorekitError } from '@vmcorekit/core';

/** Does work of the operating system's, turning its errors into `io` with the file's name. */
export function withIoErrors<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof VmcorekitError) {
      throw error;
    }
    throw new VmcorekitError('io', { file, because: reasonOf(error) }, { cause: error });
  }
}

/** Why the operating system refused something, for people. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known: Record<string, string> = {
    ENOENT: 'no such file',
    EACCES: 'permission denied',
    EISDIR: 'is a directory',
    EEXIST: 'already exists',
    ENOTDIR: 'is in something that is not a folder',
    EROFS: 'the file system is read-only',
    ENOSPC: 'no space left on the device',
    EDQUOT: 'no space left in the quota of the user',
    EFBIG: 'the file system takes no file that large',
    EPIPE: 'the reader has gone away',
    EIO: 'input/output error',
  };
  return known[code] ?? (error instanceof Error ? error.message : String(error));
}
