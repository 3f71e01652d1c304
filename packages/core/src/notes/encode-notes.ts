import { VmcorekitError } from '../errors.ts';
import type { Note } from '../note.ts';
import type { ByteOrder } from '../spaces.ts';
import { plural } from '../text.ts';
import { maxNoteBytes, maxNotes, padded } from './parse-notes.ts';
import type { BareNote } from './text-notes.ts';

/**
 * The bytes of a note area: the counterpart of `parseNotes`. Names are Latin-1; their NUL is added
 * here.
 */
export function encodeNotes(
  notes: readonly Pick<Note, 'name' | 'type' | 'descriptor'>[],
  byteOrder: ByteOrder,
): Uint8Array {
  const sizes = notes.map(noteSizeInBytes);
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  const little = byteOrder === 'little';
  let at = 0;
  for (const [index, note] of notes.entries()) {
    view.setUint32(at, note.name.length + 1, little);
    view.setUint32(at + 4, note.descriptor.length, little);
    view.setUint32(at + 8, note.type, little);
    for (let i = 0; i < note.name.length; i++) {
      bytes[at + 12 + i] = note.name.charCodeAt(i);
    }
    bytes.set(note.descriptor, at + 12 + padded(note.name.length + 1));
    at += sizes[index] ?? 0;
  }
  return bytes;
}

/** Size of a note in its area, including padding. */
export function noteSizeInBytes({ name, descriptor }: Pick<Note, 'name' | 'descriptor'>): number {
  return 12 + padded(name.length + 1) + padded(descriptor.length);
}

/**
 * The bytes of all notes of a dump to write. Throws `unsupported` where `parseNotes` would not read
 * all of them back.
 */
export function encodeNoteArea(notes: readonly BareNote[], byteOrder: ByteOrder): Uint8Array {
  const bytes = encodeNotes(notes, byteOrder);
  if (notes.length > maxNotes || bytes.length > maxNoteBytes) {
    throw new VmcorekitError('unsupported', {
      what: `${plural(notes.length, 'note')} of ${plural(bytes.length, 'byte')} in one file`,
      advice: `at most ${maxNotes} of ${maxNoteBytes} bytes are read again`,
    });
  }
  return bytes;
}
