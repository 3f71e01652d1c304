import { isUnreadable, isVmcorekitError, type VirtualAddress } from '@vmcorekit/core';
import type { WalkNotes } from '../containers/walk.ts';

/** A part of a walk, and what its damage is called. */
export interface KnownPart<Step, Result> {
  readonly container: string;
  readonly at: VirtualAddress;
  readonly work: Generator<Step, Result, void>;
  /** The result where the part is unknown. */
  readonly otherwise: Result;
}

/**
 * Does a part of a walk. Where the kernel's types do not describe a structure that it needs, as
 * where a page of them is lost, the notes say so, and the other parts go on.
 */
export function* knownPart<Step, Result>(
  { container, at, work, otherwise }: KnownPart<Step, Result>,
  notes: WalkNotes,
): Generator<Step, Result, void> {
  try {
    return yield* work;
  } catch (error) {
    if (!isAboutTypes(error)) {
      throw error;
    }
    const because = `the kernel's types do not describe it: ${error.message}`;
    notes.add({ container, at, because });
    return otherwise;
  }
}

/** What `look` returns; undefined where it meets lost memory, or the types lack what it needs. */
export function tryKnown<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (isUnreadable(error) || isAboutTypes(error)) {
      return undefined;
    }
    throw error;
  }
}

function isAboutTypes(error: unknown): error is Error {
  return isVmcorekitError(error, 'unknown-name') || isVmcorekitError(error, 'usage');
}
