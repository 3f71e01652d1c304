import type { Note } from '../note.ts';
import { latin1Bytes, latin1UntilNul } from '../text.ts';

/** The text of a note, wherever it lies. */
export type BareNote = Pick<Note, 'name' | 'type' | 'descriptor'>;

/**
 * The text of the first note of that name with any text, up to its first NUL; null where none has
 * any.
 */
export function textOfNotes(notes: readonly BareNote[], name: string): string | null {
  const note = notes[indexOfText(notes, name)];
  return note === undefined ? null : latin1UntilNul(note.descriptor);
}

/**
 * The index of the first note of that name that holds the text, or any text; -1 where none does.
 */
export function indexOfText(notes: readonly BareNote[], name: string, text?: string): number {
  return notes.findIndex(
    (note) => note.name === name && (text === undefined ? holdsAny(note) : holds(note, text)),
  );
}

/**
 * The notes, changed so that the first of that name holds the text: readers take the first. A later
 * one moves there, or one is added where a format kept the text elsewhere.
 */
export function withTextFirst(
  notes: readonly BareNote[],
  name: string,
  text: string | null,
): readonly BareNote[] {
  if (text === null || text === '') {
    return notes;
  }
  const index = indexOfText(notes, name, text);
  const note = notes[index] ?? textNote(name, text);
  const first = notes.findIndex((candidate) => candidate.name === name);
  if (first === index && index >= 0) {
    return notes;
  }
  const place = first < 0 ? notes.length : first;
  return [
    ...notes.slice(0, place),
    note,
    ...notes.slice(place).filter((_, at) => place + at !== index),
  ];
}

/** A note that holds a text, as Linux writes VMCOREINFO. */
export function textNote(name: string, text: string): BareNote {
  return { name, type: 0, descriptor: latin1Bytes(text) };
}

function holdsAny({ descriptor }: BareNote): boolean {
  return descriptor[0] !== undefined && descriptor[0] !== 0;
}

/** Compares bytes, because decoding a text of up to 64 MiB for every note costs too much. */
function holds({ descriptor }: BareNote, text: string): boolean {
  if (descriptor.length < text.length || (descriptor[text.length] ?? 0) !== 0) {
    return false;
  }
  for (let at = 0; at < text.length; at++) {
    if (descriptor[at] !== text.charCodeAt(at)) {
      return false;
    }
  }
  return true;
}
