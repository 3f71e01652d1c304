import type { DumpImage } from '../dump-image.ts';
import { ERASEINFO_NOTE_NAME, VMCOREINFO_NOTE_NAME } from '../notes/note-types.ts';
import { latin1Bytes } from '../text.ts';
import type { NoteComparison } from './comparison.ts';
import { type BareNote, orderOfNotes } from './order-of-notes.ts';

/** Formats keep these texts as notes or elsewhere. */
const notComparedAsNotes: ReadonlySet<string> = new Set([VMCOREINFO_NOTE_NAME, ERASEINFO_NOTE_NAME]);

/** Compares notes by name, type and bytes, in any order: formats place VMCOREINFO differently. */
export function compareNotes(first: DumpImage, second: DumpImage): NoteComparison {
  return matchNotes(notesOf(first), notesOf(second));
}

/** Goes through both in the same order, so that each finds its match, or has none, at once. */
function matchNotes(first: readonly BareNote[], second: readonly BareNote[]): NoteComparison {
  const sorted = [first.toSorted(orderOfNotes), second.toSorted(orderOfNotes)] as const;
  const onlyIn: [BareNote[], BareNote[]] = [[], []];
  const at: [number, number] = [0, 0];
  let count = 0;
  for (;;) {
    const [one, other] = [sorted[0][at[0]], sorted[1][at[1]]];
    if (one === undefined || other === undefined) {
      break;
    }
    const order = orderOfNotes(one, other);
    if (order < 0) {
      onlyIn[0].push(one);
    } else if (order > 0) {
      onlyIn[1].push(other);
    } else {
      count++;
    }
    at[0] += order <= 0 ? 1 : 0;
    at[1] += order >= 0 ? 1 : 0;
  }
  return {
    count,
    onlyIn: [
      [...onlyIn[0], ...sorted[0].slice(at[0])],
      [...onlyIn[1], ...sorted[1].slice(at[1])],
    ],
  };
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
