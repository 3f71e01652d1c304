import {
  type ByteOrder,
  type ByteSource,
  type Damage,
  hex,
  maxNoteBytes,
  maxNotes,
  type Note,
  parseNotes,
  plural,
  readExactly,
} from '@vmcorekit/core';
import { PT_NOTE } from './elf-constants.ts';
import type { ProgramHeaders } from './program-headers.ts';

/** Reading stops after so many damaged segments; a hostile file has a million. */
const maxReported = 16;

/**
 * The notes of every PT_NOTE segment, in the file's order. Notes outside the file or beyond the
 * limit are reported as damage.
 */
export function readNotes(
  source: ByteSource,
  headers: ProgramHeaders,
  byteOrder: ByteOrder,
  damage: Damage[],
): Note[] {
  const notes: Note[] = [];
  let left = maxNoteBytes;
  const known = damage.length;
  for (let index = 0; index < headers.count && damage.length - known < maxReported; index++) {
    const [fileOffset = 0, sizeInBytes = 0] = [headers.offset[index], headers.fileSize[index]];
    if (headers.type[index] !== PT_NOTE || sizeInBytes === 0) {
      continue;
    }
    const length = Math.max(0, Math.min(sizeInBytes, source.sizeInBytes - fileOffset, left));
    if (length < sizeInBytes) {
      damage.push({
        name: length === left ? 'notes-clipped' : 'file-truncated',
        // A truncated file may have lost more than this.
        loses: length === left ? 'notes' : 'memory',
        detail: `note segment at ${hex(fileOffset)}: wanted ${plural(sizeInBytes, 'byte')}, read ${length}`,
        fileOffset,
      });
    }
    if (length > 0) {
      const parsed = parseNotes(
        readExactly(source, fileOffset, length, 'note segment'),
        byteOrder,
        fileOffset,
        maxNotes - notes.length,
      );
      for (const note of parsed.notes) {
        notes.push(note);
      }
      damage.push(...parsed.damage);
      left -= length;
    }
  }
  return notes;
}
