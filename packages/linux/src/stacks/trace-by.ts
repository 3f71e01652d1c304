import type { StackEnd, StackFrame, StackTrace } from '@vmcorekit/core';
import { endBy } from './stack-end.ts';

/**
 * The trace of a walk that adds the frames it finds, and returns why they end. Where the walk meets
 * memory that cannot be read, the frames before it stay.
 */
export function traceBy(
  by: string,
  walk: (frames: StackFrame[]) => StackEnd,
  remarks: readonly string[] = [],
): StackTrace {
  const frames: StackFrame[] = [];
  let end: StackEnd;
  try {
    end = walk(frames);
  } catch (error) {
    end = endBy(error);
  }
  return { frames, end, by, remarks };
}
