import { VmcorekitError } from '../errors.ts';
import type { ByteOrder } from '../spaces.ts';
import { encodeNotes } from './encode-notes.ts';
import { noteBytesAtMost, notesAtMost } from './parse-notes.ts';
import type { BareNote } from './text-notes.ts';

/** The bytes of all notes of a dump that is written. Throws `unsupported` where they are more than is read again. */
export function encodeNoteArea(notes: readonly BareNote[], byteOrder: ByteOrder): Uint8Array {
  const bytes = encodeNotes(notes, byteOrder);
  if (notes.length > notesAtMost || bytes.length > noteBytesAtMost) {
    throw new VmcorekitError('unsupported', {
      what: `${notes.length} notes of ${bytes.length} bytes in one file`,
      advice: `at most ${notesAtMost} of ${noteBytesAtMost} bytes are read again`,
    });
  }
  return bytes;
}
