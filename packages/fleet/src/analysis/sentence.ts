import { firstLine, isVmcorekitError } from '@vmcorekit/core';

/** Our own sentences whole; of other errors the first line. */
export function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return isVmcorekitError(error) ? message : firstLine(message);
}
