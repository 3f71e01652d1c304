import {
  isUnreadable,
  isVmcorekitError,
  type StackEnd,
  type StackEndReason,
  type StackTrace,
} from '@vmcorekit/core';

/** The end of a stack that has all its frames. */
export function complete(reason: StackEndReason, detail: string | null = null): StackEnd {
  return { reason, isComplete: true, detail };
}

/** The end of what could be unwound. */
export function incomplete(reason: StackEndReason, detail: string): StackEnd {
  return { reason, isComplete: false, detail };
}

/**
 * The end of a stack whose memory or types gave an error. Rethrows what neither can cause.
 */
export function endBy(error: unknown): StackEnd {
  if (isUnreadable(error) && error instanceof Error) {
    return incomplete('lost', error.message);
  }
  // A kernel's own types may lack a member, or give it a size that nothing has.
  if (isVmcorekitError(error, 'unknown-name') || isVmcorekitError(error, 'usage')) {
    return incomplete('broken', error.message);
  }
  throw error;
}

/** A stack without frames. */
export function withoutFrames(end: StackEnd, remarks: readonly string[] = []): StackTrace {
  return { frames: [], end, by: 'none', remarks };
}
