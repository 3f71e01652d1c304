import { createHash } from 'node:crypto';
import { VmcorekitError } from '@vmcorekit/core';

/** Where the next part of an answer begins. */
export interface Place {
  readonly line: number;
  readonly item: number;
}

export const beginning: Place = { line: 0, item: 0 };

/** A cursor belongs to one tool and its arguments. */
export function cursorOf(call: string, { line, item }: Place): string {
  return `${line}.${item}.${digestOf(call)}`;
}

/** Throws `usage` for what is no cursor, and for a cursor of another call. */
export function placeOf(call: string, cursor: string | undefined): Place {
  if (cursor === undefined) {
    return beginning;
  }
  const [, line, item, digest] = /^([0-9]{1,9})\.([0-9]{1,9})\.([0-9a-f]{8})$/.exec(cursor) ?? [];
  if (digest !== digestOf(call)) {
    throw new VmcorekitError('usage', {
      what: 'cursor',
      got: cursor,
      allowed: 'the cursor of an answer of this tool, with the same other arguments',
    });
  }
  return { line: Number(line), item: Number(item) };
}

function digestOf(call: string): string {
  return createHash('sha256').update(call).digest('hex').slice(0, 8);
}
