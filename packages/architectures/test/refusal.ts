import { isVmcorekitError, type Translation } from '@vmcorekit/core';

/** The code of the typed error that something throws; passes on any other error. */
export function refusal(look: () => unknown): string {
  try {
    look();
  } catch (error) {
    if (isVmcorekitError(error)) {
      return error.code;
    }
    throw error;
  }
  return 'nothing was thrown';
}

/** `wxu`, with a dash for each right that is missing. */
export function rightsOf({ isWritable, isExecutable, isUser }: Translation): string {
  return `${isWritable ? 'w' : '-'}${isExecutable ? 'x' : '-'}${isUser ? 'u' : '-'}`;
}
