import { systemReason, VmcorekitError } from '@vmcorekit/core';

/** Does work of the operating system, and turns its errors into `io` with the file's name. */
export function withIoErrors<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof VmcorekitError) {
      throw error;
    }
    throw new VmcorekitError('io', { file, because: reasonFor(file, error) }, { cause: error });
  }
}

/** Whether the operating system says that a file, or a folder on its path, does not exist. */
export function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ENOTDIR')
  );
}

/** Node turns argument bytes that are not UTF-8 into U+FFFD, and so asks for another name. */
function reasonFor(file: string, error: unknown): string {
  const reason = systemReason(error);
  return isMissing(error) && file.includes('\ufffd')
    ? `${reason}; if its name is not UTF-8, Node cannot open it: make a link to it with another name`
    : reason;
}
