import {
  ERASEINFO_NOTE_NAME,
  type Note,
  QEMU_NOTE_NAME,
  VMCOREINFO_NOTE_NAME,
} from '@vmcorekit/core';
import { type BytelessKind, PIECE_EXCLUDED, PIECE_ZERO } from '@vmcorekit/file-memory';

/**
 * What the part of a segment beyond p_filesz is, by the segment's p_align. Null for "says nothing
 * about memory".
 */
export type TailKind = (p_align: number) => BytelessKind | null;

/**
 * It depends on the writer. The gABI says zero.
 * makedumpfile -E leaves filtered pages in tails, so they are unknown. It needs VMCOREINFO, and no
 * kernel writes tails into the /proc/vmcore it filters. So VMCOREINFO or ERASEINFO in a file with
 * tails means that it was filtered.
 * QEMU with paging on (p_align 0) lets a mapping run past the end of RAM, into devices or another
 * block. Nothing is known there, unless `cutSegments` proves it.
 * A file that lost notes may have come from any of these, so its tails are unknown too.
 */
export function tailKindOf(notes: readonly Note[], areNotesLost: boolean): TailKind {
  const has = (name: string): boolean => notes.some((note) => note.name === name);
  const byQemu = has(QEMU_NOTE_NAME);
  const filtered = areNotesLost || has(VMCOREINFO_NOTE_NAME) || has(ERASEINFO_NOTE_NAME);
  return (p_align) => (byQemu && p_align === 0 ? null : filtered ? PIECE_EXCLUDED : PIECE_ZERO);
}
