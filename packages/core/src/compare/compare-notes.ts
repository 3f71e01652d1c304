import type { DumpImage } from '../dump-image.ts';
import type { Note } from '../note.ts';
import { ERASEINFO_NOTE_NAME, VMCOREINFO_NOTE_NAME } from '../notes/note-types.ts';
import { latin1Bytes } from '../text.ts';
import type { NoteComparison } from './comparison.ts';

type BareNote = Pick<Note, 'name' | 'type' | 'descriptor'>;

/** Formats keep these texts as notes or elsewhere. */
const notComparedAsNotes: ReadonlySet<string> = new Set([VMCOREINFO_NOTE_NAME, ERASEINFO_NOTE_NAME]);

/** Compares notes by name, type and bytes, in any order: formats place VMCOREINFO differently. */
export function compareNotes(first: DumpImage, second: DumpImage): NoteComparison {
  const notes = notesOf(first);
  const onlyInFirst: BareNote[] = [];
  const unmatched = new Map<string, BareNote[]>();
  for (const note of notesOf(second)) {
    const key = keyOf(note);
    unmatched.set(key, [...(unmatched.get(key) ?? []), note]);
  }
  for (const note of notes) {
    const matched = unmatched.get(keyOf(note))?.pop();
    if (matched === undefined) {
      onlyInFirst.push(note);
    }
  }
  return { count: notes.length - onlyInFirst.length, onlyIn: [onlyInFirst, [...unmatched.values()].flat()] };
}

function notesOf(image: DumpImage): BareNote[] {
  return [
    ...image.notes.filter((note) => !notComparedAsNotes.has(note.name)),
    ...textNote(VMCOREINFO_NOTE_NAME, image.vmcoreinfo),
    ...textNote(ERASEINFO_NOTE_NAME, image.eraseinfo),
  ];
}

function textNote(name: string, text: string | null): BareNote[] {
  return text === null || text === '' ? [] : [{ name, type: 0, descriptor: latin1Bytes(text) }];
}

function keyOf({ name, type, descriptor }: BareNote): string {
  return `${type} ${name} ${descriptor.join(' ')}`;
}
