import type { WriteOptions } from '../dump-format.ts';
import type { DumpImage } from '../dump-image.ts';
import { VMCOREINFO_NOTE_NAME } from '../notes/note-types.ts';
import { type BareNote, textNote, withTextFirst } from '../notes/text-notes.ts';

/**
 * The notes to write: the caller's or the image's, unchanged. VMCOREINFO joins them where the image
 * kept it elsewhere. A VMCOREINFO from the caller replaces every other one.
 */
export function notesToWrite(image: DumpImage, options: WriteOptions): readonly BareNote[] {
  const notes = options.notes ?? image.notes;
  if (options.vmcoreinfo === undefined) {
    return withTextFirst(notes, VMCOREINFO_NOTE_NAME, image.vmcoreinfo);
  }
  const others = notes.filter((note) => note.name !== VMCOREINFO_NOTE_NAME);
  return options.vmcoreinfo === null
    ? others
    : [...others, textNote(VMCOREINFO_NOTE_NAME, options.vmcoreinfo)];
}
