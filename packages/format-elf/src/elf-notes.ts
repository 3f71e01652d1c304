import {
  type ByteOrder,
  type ByteSource,
  type Condition,
  ERASEINFO_NOTE_NAME,
  hex,
  latin1UntilNul,
  type Note,
  notesAtMost,
  parseNotes,
  readExactly,
  VMCOREINFO_NOTE_NAME,
} from '@vmcorekit/core';
import { PT_NOTE } from './elf-constants.ts';
import type { ProgramHeaders } from './program-headers.ts';

/** All note segments together. A thousand CPUs take about a megabyte; device dumps of drivers (NT_VMCOREDD) are what can be large. */
const noteBytesLimit = 64 * 1024 * 1024;
/** Behind so many damaged segments no more are read; a hostile file has a million. */
const toldLimit = 16;

/** The notes of every PT_NOTE segment, in the file's order. What does not fit the file or the limit is a condition. */
export function readNotes(source: ByteSource, headers: ProgramHeaders, byteOrder: ByteOrder, conditions: Condition[]): Note[] {
  const notes: Note[] = [];
  let left = noteBytesLimit;
  const known = conditions.length;
  for (let index = 0; index < headers.count && conditions.length - known < toldLimit; index++) {
    const [fileOffset = 0, sizeInBytes = 0] = [headers.offset[index], headers.fileSize[index]];
    if (headers.type[index] !== PT_NOTE || sizeInBytes === 0) {
      continue;
    }
    const length = Math.max(0, Math.min(sizeInBytes, source.sizeInBytes - fileOffset, left));
    if (length < sizeInBytes) {
      conditions.push({
        name: length === left ? 'notes-clipped' : 'file-truncated',
        detail: `note segment at ${hex(fileOffset)}: wanted ${sizeInBytes} bytes, read ${length}`,
        fileOffset,
      });
    }
    if (length > 0) {
      const parsed = parseNotes(
        readExactly(source, fileOffset, length, 'note segment'),
        byteOrder,
        fileOffset,
        notesAtMost - notes.length,
      );
      for (const note of parsed.notes) {
        notes.push(note);
      }
      conditions.push(...parsed.conditions);
      left -= length;
    }
  }
  return notes;
}

/** The text of the first VMCOREINFO note that holds any, or null. */
export function vmcoreinfoOf(notes: readonly Note[]): string | null {
  return textOf(notes, VMCOREINFO_NOTE_NAME);
}

/** The text of the first ERASEINFO note that holds any, or null. */
export function eraseinfoOf(notes: readonly Note[]): string | null {
  return textOf(notes, ERASEINFO_NOTE_NAME);
}

function textOf(notes: readonly Note[], name: string): string | null {
  const note = notes.find(
    (candidate) => candidate.name === name && candidate.descriptor[0] !== undefined && candidate.descriptor[0] !== 0,
  );
  return note === undefined ? null : latin1UntilNul(note.descriptor);
}
