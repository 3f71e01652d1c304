import {
  BufferSource,
  type ByteSource,
  type FileHead,
  hasAt,
  isVmcorekitError,
  probedBytes,
} from '@vmcorekit/core';
import { entryMagic } from './central-directory.ts';
import { findEnd, type ZipEnd } from './end-record.ts';

/** ET_EXEC and ET_DYN, in either byte order. Source: ELF specification, e_type. */
const programTypes = ['\x02\0', '\0\x02', '\x03\0', '\0\x03'] as const;
const elfTypeAt = 16;

/**
 * Whether it begins as what unpacks itself: a script, or a program for Windows or Linux. Never an
 * ELF core: it ends with memory of its guest, who could write the end of an archive there.
 */
export function isProgram(head: Uint8Array): boolean {
  return (
    hasAt(head, 0, 'MZ') ||
    hasAt(head, 0, '#!') ||
    (hasAt(head, 0, '\x7fELF') && programTypes.some((type) => hasAt(head, elfTypeAt, type)))
  );
}

/** Whether the last bytes are an end record, with the list of files right before it. */
export function endsWithDirectory(file: FileHead): boolean {
  const bytes = file.tail(probedBytes);
  const tail = new BufferSource(bytes, file.name);
  try {
    const end = findEnd(tail);
    const at = (end?.fileOffset ?? 0) - (end?.directorySizeInBytes ?? 0);
    return end !== undefined && end.count > 0 && at >= 0 && hasAt(bytes, at, entryMagic);
  } catch (error) {
    if (isVmcorekitError(error)) {
      return false;
    }
    throw error;
  }
}

/**
 * What comes before an archive whose offsets do not count it, as where a program was put before a
 * finished archive. 0 where the list of files lies where the end record says.
 */
export function unmentionedInBytes(file: ByteSource, end: ZipEnd): number {
  const { fileOffset, directoryOffset, directorySizeInBytes } = end;
  const stated = directoryOffset + directorySizeInBytes;
  const at = fileOffset - directorySizeInBytes;
  const bytes = new Uint8Array(entryMagic.length);
  const isThere =
    at > directoryOffset && isProgram(startOf(file)) && file.readInto(at, bytes) === bytes.length;
  return isThere && hasAt(bytes, 0, entryMagic) ? fileOffset - stated : 0;
}

function startOf(file: ByteSource): Uint8Array {
  const head = new Uint8Array(elfTypeAt + 2);
  file.readInto(0, head);
  return head;
}
