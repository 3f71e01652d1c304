import { type FileChange, VmcorekitError } from '@vmcorekit/core';

const kind = 'vmcorekit-undo';
const structure = 'undo file';

/** A file's state before it was changed in place: enough to restore its bytes and its length. */
export interface UndoRecord {
  /** The path that was changed. */
  readonly file: string;
  readonly sizeInBytes: number;
  readonly changes: readonly FileChange[];
}

/** As JSON text. */
export function encodeUndoRecord({ file, sizeInBytes, changes }: UndoRecord): string {
  const rows = changes.map(({ fileOffset, what, before, after }) => ({
    fileOffset,
    what,
    before: Buffer.from(before).toString('hex'),
    after: Buffer.from(after).toString('hex'),
  }));
  return `${JSON.stringify({ schema: 1, kind, file, sizeInBytes, changes: rows }, undefined, 1)}\n`;
}

/**
 * Throws `malformed` for text that `encodeUndoRecord` did not write, and for changes that no repair
 * makes.
 */
export function parseUndoRecord(text: string): UndoRecord {
  const value = parsed(text);
  if (value?.kind !== kind || value.schema !== 1) {
    throw malformed(
      'contents',
      `the undo record of a repair in place (kind ${kind}, schema 1)`,
      'something else',
    );
  }
  const { file, changes } = value;
  if (typeof file !== 'string' || !Array.isArray(changes)) {
    throw malformed('file, changes', 'a path and a list', typeof file);
  }
  const record = {
    file,
    sizeInBytes: offsetOf(value, 'sizeInBytes'),
    changes: changes.map(changeOf),
  };
  checkChanges(record);
  return record;
}

/**
 * Some changes replace as many bytes, each on its own within the former size. The others follow
 * each other from the former end on.
 */
function checkChanges({ sizeInBytes, changes }: UndoRecord): void {
  const ascending = [...changes].sort((one, other) => one.fileOffset - other.fileOffset);
  let replacedTo = 0;
  let appendedTo = sizeInBytes;
  for (const { fileOffset, before, after } of ascending) {
    if (before.length === 0) {
      if (fileOffset !== appendedTo || after.length === 0) {
        throw malformed(
          'changes',
          `bytes appended at ${appendedTo}`,
          `${after.length} at ${fileOffset}`,
        );
      }
      appendedTo += after.length;
      continue;
    }
    const end = fileOffset + before.length;
    if (after.length !== before.length || fileOffset < replacedTo || end > sizeInBytes) {
      const wanted = `as many bytes as before, from ${replacedTo} to ${sizeInBytes}`;
      throw malformed('changes', wanted, `${after.length} for ${before.length} at ${fileOffset}`);
    }
    replacedTo = end;
  }
}

function changeOf(value: unknown): FileChange {
  const change = objectOf(value, 'changes');
  const before = bytesOf(change, 'before');
  const after = bytesOf(change, 'after');
  return { fileOffset: offsetOf(change, 'fileOffset'), what: String(change.what), before, after };
}

/** The object in a text; undefined where it is something else. */
function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) {
    throw malformed(field, 'an object', typeof value);
  }
  return value as Record<string, unknown>;
}

function offsetOf(object: Record<string, unknown>, field: string): number {
  const value = object[field];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw malformed(field, 'a file offset', String(value));
  }
  return value;
}

function bytesOf(object: Record<string, unknown>, field: string): Uint8Array {
  const value = object[field];
  if (typeof value !== 'string' || !/^([0-9a-f]{2})*$/.test(value)) {
    throw malformed(field, 'bytes in hexadecimal', String(value).slice(0, 16));
  }
  return new Uint8Array(Buffer.from(value, 'hex'));
}

function malformed(field: string, wanted: string, got: string): VmcorekitError {
  return new VmcorekitError('malformed', { structure, fileOffset: 0, field, wanted, got });
}
