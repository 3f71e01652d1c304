import { isVmcorekitError } from '@vmcorekit/core';
import { describeError } from '@vmcorekit/report';
import type { Failure } from '../protocol/messages.ts';

/** An error as the page shows it: with the code and the sentence of the command. */
export function failureOf(error: unknown): Failure {
  if (isVmcorekitError(error)) {
    return describeError(error);
  }
  if (error instanceof DOMException && error.name === 'AbortError') {
    return { code: 'cancelled', message: 'cancelled', facts: {} };
  }
  const what = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: `internal error: ${what}`, facts: {} };
}
