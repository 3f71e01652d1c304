import { systemReason, VmcorekitError } from '@vmcorekit/core';

/** Does work of the operating system's, turning its errors into `io` with the file's name. */
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

/** Whether the operating system says that a file, or a folder on the way to it, is not there. */
export function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ENOTDIR')
  );
}

/**
 * Node makes U+FFFD of the bytes of an argument that are no UTF-8, and so asks for another name.
 */
function reasonFor(file: string, error: unknown): string {
  const reason = systemReason(error);
  return isMissing(error) && file.includes('\ufffd')
    ? `${reason}; where its name is not UTF-8, Node cannot open it: make a link to it with another name`
    : reason;
}
