import { isVmcorekitError, type VmcorekitError } from './errors.ts';

/**
 * True for the two errors that mean "no readable memory here": `not-mapped` and `page-unreadable`.
 */
export function isUnreadable(
  error: unknown,
): error is VmcorekitError<'not-mapped'> | VmcorekitError<'page-unreadable'> {
  return isVmcorekitError(error, 'not-mapped') || isVmcorekitError(error, 'page-unreadable');
}

/**
 * What `look` returns; undefined where it meets memory that cannot be read. Every other error
 * passes.
 */
export function tryRead<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (isUnreadable(error)) {
      return undefined;
    }
    throw error;
  }
}
