import type { WriteOptions } from '../dump-format.ts';
import type { DumpImage } from '../dump-image.ts';
import type { Note } from '../note.ts';
import { VMCOREINFO_NOTE_NAME } from '../notes/note-types.ts';
import { latin1Bytes } from '../text.ts';

/** The notes of a dump that is written: the caller's or the image's, then VMCOREINFO where there is any. */
export function notesToWrite(image: DumpImage, options: WriteOptions): Pick<Note, 'name' | 'type' | 'descriptor'>[] {
  const notes = (options.notes ?? image.notes).filter((note) => note.name !== VMCOREINFO_NOTE_NAME);
  const vmcoreinfo = options.vmcoreinfo === undefined ? image.vmcoreinfo : options.vmcoreinfo;
  return [
    ...notes,
    ...(vmcoreinfo === null ? [] : [{ name: VMCOREINFO_NOTE_NAME, type: 0, descriptor: latin1Bytes(vmcoreinfo) }]),
  ];
}
