import type { Damage } from '../damage.ts';
import type { Note } from '../note.ts';
import type { ByteOrder } from '../spaces.ts';
import { StructView } from '../struct-view.ts';
import { hex, latin1Text, plural } from '../text.ts';

const headerSizeInBytes = 12;
/** 8,192 CPUs have 16,384 notes. A hostile file may have one in every 12 bytes. */
export const maxNotes: number = 2 ** 17;
/**
 * Bytes of all notes of a dump. A thousand CPUs take about a megabyte; only drivers' device dumps
 * (NT_VMCOREDD) can be large.
 */
export const maxNoteBytes: number = 64 * 1024 * 1024;

/**
 * The notes of a PT_NOTE segment or a KDUMP note area: namesz, descsz, type (u32 each), then name
 * and descriptor. Both are padded to four bytes (all dump writers do so, for ELF64 too). Stops at
 * the first note that does not fit, and after `limit` notes, and reports damage; earlier notes are
 * kept. `fileOffset` is where `bytes` lie in the file. Source: ELF gABI, "Note Section".
 */
export function parseNotes(
  bytes: Uint8Array,
  byteOrder: ByteOrder,
  fileOffset: number,
  limit: number = maxNotes,
): { readonly notes: Note[]; readonly damage: Damage[] } {
  const view = new StructView(bytes, byteOrder, 'note', fileOffset);
  const notes: Note[] = [];
  const damage: Damage[] = [];
  let at = 0;
  while (at + headerSizeInBytes <= bytes.length) {
    const nameSize = view.uint32(at);
    const descriptorSize = view.uint32(at + 4);
    const type = view.uint32(at + 8);
    if (nameSize === 0 && descriptorSize === 0 && type === 0) {
      break;
    }
    if (notes.length >= limit) {
      const name = 'notes-clipped';
      const detail = `there are more than ${limit} notes; those from ${hex(fileOffset + at)} on are not read`;
      damage.push({ name, detail, loses: 'notes', fileOffset: fileOffset + at });
      break;
    }
    const nameAt = at + headerSizeInBytes;
    const descriptorAt = nameAt + padded(nameSize);
    if (descriptorAt + descriptorSize > bytes.length) {
      damage.push({
        name: 'note-truncated',
        loses: 'notes',
        detail: `note at ${hex(fileOffset + at)}: wanted ${plural(descriptorAt + descriptorSize - at, 'byte')}, got ${bytes.length - at}`,
        fileOffset: fileOffset + at,
      });
      break;
    }
    notes.push({
      name: nameOf(bytes.subarray(nameAt, nameAt + nameSize)),
      type,
      descriptor: bytes.slice(descriptorAt, descriptorAt + descriptorSize),
      fileOffset: fileOffset + at,
    });
    at = descriptorAt + padded(descriptorSize);
  }
  return { notes, damage };
}

/**
 * The name without trailing NULs: one is required, and some writers pad with more. A NUL within the
 * name, and what follows it, stays part of it.
 */
function nameOf(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) {
    end--;
  }
  return latin1Text(bytes.subarray(0, end));
}

/**
 * A size in a note area: names and descriptors are padded to four bytes. Source: ELF gABI, "Note
 * Section".
 */
export function padded(sizeInBytes: number): number {
  return Math.ceil(sizeInBytes / 4) * 4;
}
