import { ERASEINFO_NOTE_NAME, latin1Bytes, VMCOREINFO_NOTE_NAME } from '@vmcorekit/core';
import type { NoteFields } from './cpu-notes.ts';

/** A VMCOREINFO note with that text. */
export function vmcoreinfoNote(text: string): NoteFields {
  return { name: VMCOREINFO_NOTE_NAME, type: 0, descriptor: latin1Bytes(text) };
}

/** An ERASEINFO note, as `makedumpfile --config` leaves it. */
export function eraseinfoNote(text: string): NoteFields {
  return { name: ERASEINFO_NOTE_NAME, type: 0, descriptor: latin1Bytes(text) };
}

/** The GNU build ID of an executable. */
export function buildIdNote(buildId: string): NoteFields {
  return {
    name: 'GNU',
    type: 3,
    descriptor: Uint8Array.from(buildId.match(/../g) ?? [], (digits) =>
      Number.parseInt(digits, 16),
    ),
  };
}
