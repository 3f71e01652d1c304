import {
  type BareNote,
  type DumpImage,
  ERASEINFO_NOTE_NAME,
  indexOfText,
  textNote,
  VMCOREINFO_NOTE_NAME,
} from '@vmcorekit/core';
import type { NoteComparison } from './comparison.ts';
import { orderOfNotes } from './order-of-notes.ts';

/**
 * Compares notes by name, type and bytes, in any order. VMCOREINFO and ERASEINFO are compared as
 * readers see them, because formats place them differently. Where one dump has one only as a text
 * (KDUMP, by offset_vmcoreinfo), the text decides.
 */
export function compareNotes(first: DumpImage, second: DumpImage): NoteComparison {
  const sides = [sideOf(first), sideOf(second)] as const;
  const { count, onlyIn } = match(sides[0].others, sides[1].others);
  let textsEqual = 0;
  for (const [index, one] of sides[0].texts.entries()) {
    const other = sides[1].texts[index] ?? null;
    if (one !== null && other !== null && isSame(one, other)) {
      textsEqual++;
    } else {
      onlyIn[0].push(...noteOf(one));
      onlyIn[1].push(...noteOf(other));
    }
  }
  return { count: count + textsEqual, onlyIn };
}

/** A dump's VMCOREINFO or ERASEINFO as readers see it. */
interface TextOfDump {
  readonly name: string;
  readonly text: string;
  /** The note that holds it; null where only the header points to it. */
  readonly note: BareNote | null;
}

interface Side {
  readonly texts: readonly (TextOfDump | null)[];
  /** All notes except those with the texts. */
  readonly others: readonly BareNote[];
}

function sideOf({ notes, vmcoreinfo, eraseinfo }: DumpImage): Side {
  const texts = [
    textIn(notes, VMCOREINFO_NOTE_NAME, vmcoreinfo),
    textIn(notes, ERASEINFO_NOTE_NAME, eraseinfo),
  ];
  const taken = new Set(texts.map((text) => text?.index));
  return { texts, others: notes.filter((_, index) => !taken.has(index)) };
}

function textIn(
  notes: readonly BareNote[],
  name: string,
  text: string | null,
): (TextOfDump & { readonly index: number }) | null {
  if (text === null || text === '') {
    return null;
  }
  const index = indexOfText(notes, name, text);
  return { name, text, note: notes[index] ?? null, index };
}

function isSame(one: TextOfDump, other: TextOfDump): boolean {
  return one.note === null || other.note === null
    ? one.text === other.text
    : orderOfNotes(one.note, other.note) === 0;
}

function noteOf(text: TextOfDump | null): BareNote[] {
  return text === null ? [] : [text.note ?? textNote(text.name, text.text)];
}

interface Matches {
  readonly count: number;
  readonly onlyIn: readonly [BareNote[], BareNote[]];
}

/** Walks both lists in the same order, so each note finds its match at once, or has none. */
function match(first: readonly BareNote[], second: readonly BareNote[]): Matches {
  const sorted = [first.toSorted(orderOfNotes), second.toSorted(orderOfNotes)] as const;
  const onlyIn: Matches['onlyIn'] = [[], []];
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
