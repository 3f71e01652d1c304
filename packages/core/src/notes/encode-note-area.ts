import { VmcorekitError } from '../errors.ts';
import type { ByteOrder } from '../spaces.ts';
import { encodeNotes } from './encode-notes.ts';
import { maxNoteBytes, maxNotes } from './parse-notes.ts';
import type { BareNote } from './text-notes.ts';

/** The bytes of all notes of a dump that is written. Throws `unsupported` where they are more than is read again. */
export function encodeNoteArea(notes: readonly BareNote[], byteOrder: ByteOrder): Uint8Array {
  const bytes = encodeNotes(notes, byteOrder);
  if (notes.length > maxNotes || bytes.length > maxNoteBytes) {
    throw new VmcorekitError('unsupported', {
      what: `${notes.length} notes of ${bytes.length} bytes in one file`,
      advice: `at most ${maxNotes} of ${maxNoteBytes} bytes are read again`,
    });
  }
  return bytes;
}
