import { isVmcorekitError, type VmcorekitError } from '@vmcorekit/core';

/** The error of a damaged file; throws any other. */
export function damageIn(error: unknown): VmcorekitError<'truncated' | 'malformed'> {
  if (isVmcorekitError(error, 'truncated') || isVmcorekitError(error, 'malformed')) {
    return error;
  }
  throw error;
}
