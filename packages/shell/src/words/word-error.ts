import { VmcorekitError } from '@vmcorekit/core';

/** The error for arguments that a word does not have; `allowed` says what to do. */
export function wordError(word: string, got: string, allowed: string): VmcorekitError<'usage'> {
  return new VmcorekitError('usage', { what: `the arguments of ${word}`, got, allowed });
}
