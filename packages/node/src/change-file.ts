import { fstatSync, fsyncSync, ftruncateSync, readSync } from 'node:fs';
import { type FileChange, hex, plural, systemReason, VmcorekitError } from '@vmcorekit/core';
import { OpenFile, writeAll } from './open-file.ts';
import type { UndoRecord } from './undo-record.ts';

/**
 * Changes a file in place, in the order of the changes. Each is safe on the disk before the next,
 * so an interruption leaves the first of them made and no other. Throws `io` where the file does
 * not hold what the changes expect, and where the operating system refuses, as on a full disk. Then
 * nothing is changed, or everything is put back. Throws `PartlyChangedError` where that is
 * impossible.
 */
export function changeFile(path: string, changes: readonly FileChange[]): void {
  withFile(path, (descriptor) => {
    const wrong = changes.find(({ fileOffset, before }) => !holds(descriptor, fileOffset, before));
    if (wrong !== undefined) {
      throw changedMeanwhile(path, wrong);
    }
    const sizeInBytes = fstatSync(descriptor).size;
    try {
      for (const { fileOffset, after } of changes) {
        writeAll(descriptor, fileOffset, after);
        fsyncSync(descriptor);
      }
    } catch (error) {
      takeBack(path, descriptor, { sizeInBytes, changes }, error);
      throw error;
    }
  });
}

/** A change failed, and the changes made before it could not be undone. */
export class PartlyChangedError extends VmcorekitError<'io'> {}

function takeBack(
  path: string,
  descriptor: number,
  record: Pick<UndoRecord, 'sizeInBytes' | 'changes'>,
  failure: unknown,
): void {
  try {
    putBack(descriptor, record);
  } catch {
    throw new PartlyChangedError(
      'io',
      {
        file: path,
        because: `${systemReason(failure)}; it may be changed in part, for what was there could not be put back`,
      },
      { cause: failure },
    );
  }
}

/**
 * Restores bytes and length, also after an interrupted change. Throws `io` where the file holds
 * neither the recorded bytes nor their replacements, or holds anything but the appended bytes after
 * its former end. Then nothing is touched.
 */
export function undoChanges(path: string, { sizeInBytes, changes }: UndoRecord): void {
  withFile(path, (descriptor) => {
    const changedSize = Math.max(
      sizeInBytes,
      ...changes.map(({ fileOffset, after }) => fileOffset + after.length),
    );
    const size = fstatSync(descriptor).size;
    if (size < sizeInBytes || size > changedSize) {
      throw new VmcorekitError('io', {
        file: path,
        because: `has ${plural(size, 'byte')}; the undo file is of one that had ${sizeInBytes}, and ${changedSize} when it was changed`,
      });
    }
    const wrong = changes.find((change) => !isOfChange(descriptor, size, change));
    if (wrong !== undefined) {
      throw changedMeanwhile(path, wrong);
    }
    putBack(descriptor, { sizeInBytes, changes });
  });
}

/**
 * Whether every byte that the record's changes replace has its old value. Appended bytes may be
 * there.
 */
export function holdsBefore(path: string, { changes }: Pick<UndoRecord, 'changes'>): boolean {
  using file = new OpenFile(path, 'r');
  return file.use((descriptor) =>
    changes.every(({ fileOffset, before }) => holds(descriptor, fileOffset, before)),
  );
}

/** Whether none of the changes is made, not even in part. */
export function isUnchanged(
  path: string,
  record: Pick<UndoRecord, 'sizeInBytes' | 'changes'>,
): boolean {
  using file = new OpenFile(path, 'r');
  return (
    file.use((descriptor) => fstatSync(descriptor).size) === record.sizeInBytes &&
    holdsBefore(path, record)
  );
}

/** Whether a change was made or not made; appended bytes may be there in part. */
function isOfChange(
  descriptor: number,
  sizeInBytes: number,
  { fileOffset, before, after }: FileChange,
): boolean {
  return before.length === 0
    ? holds(descriptor, fileOffset, after.subarray(0, Math.max(0, sizeInBytes - fileOffset)))
    : holds(descriptor, fileOffset, after) || holds(descriptor, fileOffset, before);
}

/**
 * The last change first, so that an interruption leaves the same state as an interrupted change.
 */
function putBack(
  descriptor: number,
  { sizeInBytes, changes }: Pick<UndoRecord, 'sizeInBytes' | 'changes'>,
): void {
  for (const { fileOffset, before } of changes.toReversed()) {
    if (!holds(descriptor, fileOffset, before)) {
      writeAll(descriptor, fileOffset, before);
    } else if (before.length === 0 && fstatSync(descriptor).size > fileOffset) {
      ftruncateSync(descriptor, fileOffset);
    }
    fsyncSync(descriptor);
  }
  ftruncateSync(descriptor, sizeInBytes);
  fsyncSync(descriptor);
}

function withFile(path: string, work: (descriptor: number) => void): void {
  using file = new OpenFile(path, 'r+');
  file.use(work);
}

function holds(descriptor: number, fileOffset: number, bytes: Uint8Array): boolean {
  const found = Buffer.alloc(bytes.length);
  const got = bytes.length === 0 ? 0 : readSync(descriptor, found, 0, bytes.length, fileOffset);
  return got === bytes.length && found.equals(bytes);
}

function changedMeanwhile(path: string, { fileOffset, what }: FileChange): VmcorekitError {
  return new VmcorekitError('io', {
    file: path,
    because: `holds other bytes at ${hex(fileOffset)} (${what}) than expected`,
  });
}
