import { isUnreadable, isVmcorekitError } from '@vmcorekit/core';

/** Whether a part of a BTF is lost or damaged. */
export function isDamage(error: unknown): error is Error {
  return (
    isUnreadable(error) ||
    isVmcorekitError(error, 'truncated') ||
    isVmcorekitError(error, 'malformed')
  );
}

/** What `look` returns; undefined where it meets a lost or damaged part. */
export function tryUndamaged<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (isDamage(error)) {
      return undefined;
    }
    throw error;
  }
}
