import { isVmcorekitError } from '@vmcorekit/core';

/** What a promise rejects with; fails where it does not. */
export async function rejectionOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it was expected to reject');
}

/** The code of the error of this library that a promise rejects with; other errors are thrown. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await rejectionOf(work);
  if (isVmcorekitError(error)) {
    return error.code;
  }
  throw error;
}
