import { fstatSync, fsyncSync, ftruncateSync, readSync } from 'node:fs';
import { VmcorekitError } from '../errors.ts';
import type { FileChange } from '../file-change.ts';
import { hex } from '../text.ts';
import { OpenFile, writeAll } from './open-file.ts';
import type { UndoRecord } from './undo-record.ts';

/**
 * Changes a file where it lies. What lies behind its end is safe on the disk before anything else is touched, so that a crash between
 * leaves a file that reads as before. Throws `io` where the file does not hold what the changes say it does, and where the operating
 * system refuses, as on a full disk: then nothing is changed, or all is put back.
 */
export function changeFile(path: string, changes: readonly FileChange[]): void {
  withFile(path, (descriptor) => {
    const wrong = changes.find(({ fileOffset, before }) => !holds(descriptor, fileOffset, before));
    if (wrong !== undefined) {
      throw changedMeanwhile(path, wrong);
    }
    const isBehindEnd = ({ before }: FileChange): boolean => before.length === 0;
    const sizeInBytes = fstatSync(descriptor).size;
    try {
      for (const part of [changes.filter(isBehindEnd), changes.filter((change) => !isBehindEnd(change))]) {
        for (const { fileOffset, after } of part) {
          writeAll(descriptor, fileOffset, after);
        }
        fsyncSync(descriptor);
      }
    } catch (error) {
      putBack(descriptor, { sizeInBytes, changes });
      throw error;
    }
  });
}

/**
 * Restores bytes and length, also where the change was interrupted. Throws `io` where the file holds neither what the record says was
 * there nor what came in its place: then nothing is touched.
 */
export function undoChanges(path: string, { sizeInBytes, changes }: UndoRecord): void {
  withFile(path, (descriptor) => {
    const changedSize = Math.max(sizeInBytes, ...changes.map(({ fileOffset, after }) => fileOffset + after.length));
    const size = fstatSync(descriptor).size;
    const wrong = changes.find(
      ({ fileOffset, before, after }) => !holds(descriptor, fileOffset, after) && !holds(descriptor, fileOffset, before),
    );
    if (wrong !== undefined || size < sizeInBytes || size > changedSize) {
      throw wrong === undefined
        ? new VmcorekitError('io', {
            file: path,
            because: `has ${size} bytes; the undo file is of one that had ${sizeInBytes}, and ${changedSize} when it was changed`,
          })
        : changedMeanwhile(path, wrong);
    }
    putBack(descriptor, { sizeInBytes, changes });
  });
}

function putBack(descriptor: number, { sizeInBytes, changes }: Pick<UndoRecord, 'sizeInBytes' | 'changes'>): void {
  for (const { fileOffset, before } of changes) {
    writeAll(descriptor, fileOffset, before);
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
  return new VmcorekitError('io', { file: path, because: `holds other bytes at ${hex(fileOffset)} (${what}) than expected` });
}
