import type { StackEnd, StackEndReason, StackTrace } from '@vmcorekit/core';

/** The end of a stack that has all its frames. */
export function complete(reason: StackEndReason, detail: string | null = null): StackEnd {
  return { reason, isComplete: true, detail };
}

/** The end of what could be unwound. */
export function incomplete(reason: StackEndReason, detail: string): StackEnd {
  return { reason, isComplete: false, detail };
}

/** A stack without frames. */
export function withoutFrames(end: StackEnd, remarks: readonly string[] = []): StackTrace {
  return { frames: [], end, by: 'none', remarks };
}
