import { type ByteSource, type FileChange, readExactly, VmcorekitError } from '@vmcorekit/core';
import { recordHead } from '../flattened/flattened-sink.ts';
import { recordHeadSizeInBytes } from '../flattened/layout.ts';

/**
 * The same changes for the flattened file whose contents they are of: a record for each, in the place of the end marker, and the marker
 * behind them. Later records override earlier ones. Throws `unsupported` where the file does not end with its marker.
 */
export function overridingRecords(file: ByteSource, changes: readonly FileChange[]): FileChange[] {
  const marker = recordHead(-1, -1);
  const markerAt = file.sizeInBytes - recordHeadSizeInBytes;
  const last = markerAt < 0 ? new Uint8Array(0) : readExactly(file, markerAt, recordHeadSizeInBytes, 'end of a flattened file');
  if (!marker.every((byte, index) => byte === last[index])) {
    throw new VmcorekitError('unsupported', {
      what: `changing ${file.name}, which does not end as a flattened file does`,
      advice: 'write a new file instead',
    });
  }
  let at = markerAt;
  const added: FileChange[] = [];
  const add = (what: string, after: Uint8Array): void => {
    added.push({ fileOffset: at, what, before: at === markerAt ? last : new Uint8Array(0), after });
    at += after.length;
  };
  for (const { fileOffset, what, after } of changes) {
    const head = recordHead(fileOffset, after.length);
    const record = new Uint8Array(head.length + after.length);
    record.set(head);
    record.set(after, head.length);
    add(`record of ${what}`, record);
  }
  add('end marker', marker);
  return added;
}
