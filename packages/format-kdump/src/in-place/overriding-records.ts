import {
  type ByteSource,
  type FileChange,
  latin1UntilNul,
  readExactly,
  resultOf,
  SliceSource,
  VmcorekitError,
} from '@vmcorekit/core';
import { recordHead } from '../flattened/flattened-sink.ts';
import { recordHeadSizeInBytes, signature } from '../flattened/layout.ts';
import { readRecords } from '../flattened/read-records.ts';

/** Whether a file is flattened, by its first bytes. */
export function isFlattened(file: ByteSource): boolean {
  return (
    file.sizeInBytes >= signature.length &&
    latin1UntilNul(readExactly(file, 0, signature.length, 'signature')) === signature
  );
}

/**
 * Translates changes of the contents into changes of the flattened file: a record for each after
 * the end, a new end marker, and the head of the first record in place of the old end marker, which
 * has the same length. Later records override earlier ones. Throws `unsupported` where the file
 * does not end with its marker.
 */
export function overridingRecords(file: ByteSource, changes: readonly FileChange[]): FileChange[] {
  const [first] = changes;
  if (first === undefined) {
    return [];
  }
  const marker = recordHead(-1, -1);
  const markerAt = file.sizeInBytes - recordHeadSizeInBytes;
  const last =
    markerAt < 0
      ? new Uint8Array(0)
      : readExactly(file, markerAt, recordHeadSizeInBytes, 'end of a flattened file');
  if (!marker.every((byte, index) => byte === last[index]) || endsBefore(file, markerAt)) {
    throw new VmcorekitError('unsupported', {
      what: `changing ${file.name}, which does not end as a flattened file does`,
      advice: 'write a new file instead',
    });
  }
  let at = file.sizeInBytes;
  const added: FileChange[] = [];
  const add = (what: string, parts: readonly Uint8Array[]): void => {
    const after = joined(parts);
    added.push({ fileOffset: at, what, before: new Uint8Array(0), after });
    at += after.length;
  };
  for (const change of changes) {
    const { fileOffset, what, after } = change;
    add(
      `record of ${what}`,
      change === first ? [after] : [recordHead(fileOffset, after.length), after],
    );
  }
  add('end marker', [marker]);
  // Comes last: until then, readers see the file end where it did.
  added.push({
    fileOffset: markerAt,
    what: `head of the record of ${first.what}`,
    before: last,
    after: recordHead(first.fileOffset, first.after.length),
  });
  return added;
}

/**
 * Whether readers find an end marker earlier, as after an interrupted repair. They would not see
 * what is added.
 */
function endsBefore(file: ByteSource, markerAt: number): boolean {
  return resultOf(readRecords(new SliceSource(file, 0, markerAt))).damage.length === 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
