import { isVmcorekitError, type VmcorekitError } from './errors.ts';

/**
 * True for the errors that say nothing about the bytes of a file, because they could not be had:
 * `io`, `transfer-limit`, and `contract` for a source that is closed. Code that takes other errors
 * for damage lets these pass.
 */
export function isSourceFailure(
  error: unknown,
): error is VmcorekitError<'contract'> | VmcorekitError<'io'> | VmcorekitError<'transfer-limit'> {
  return (
    isVmcorekitError(error, 'io') ||
    isVmcorekitError(error, 'transfer-limit') ||
    isVmcorekitError(error, 'contract')
  );
}
