import {
  type DumpImage,
  encodeNoteArea,
  indexOfText,
  latin1Bytes,
  noteSizeInBytes,
  notesToWrite,
  VMCOREINFO_NOTE_NAME,
  type WriteOptions,
} from '@vmcorekit/core';

/** What follows the sub header, and the sub header's fields that point there. */
export interface ComposedAttachments {
  readonly bytes: Uint8Array;
  readonly fields: ReadonlyMap<string, number>;
}

/** The offset of the descriptor in a note of that name: its header, and the name with its NUL. */
const descriptorOffset: number = noteSizeInBytes({
  name: VMCOREINFO_NOTE_NAME,
  descriptor: new Uint8Array(0),
});

/**
 * The notes, VMCOREINFO among them, then ERASEINFO. libkdumpfile looks for VMCOREINFO only there,
 * crash only where offset_vmcoreinfo points. So, as in QEMU's files, that points to the note's
 * descriptor: of several notes, the first with any text.
 */
export function composeAttachments(
  image: DumpImage,
  options: WriteOptions,
  fileOffset: number,
): ComposedAttachments {
  const notes = notesToWrite(image, options);
  const noteBytes = encodeNoteArea(notes, image.byteOrder);
  const eraseinfo = image.eraseinfo === null ? new Uint8Array(0) : latin1Bytes(image.eraseinfo);
  const fields = new Map<string, number>();
  const vmcoreinfoIndex = indexOfText(notes, VMCOREINFO_NOTE_NAME);
  const vmcoreinfo = notes[vmcoreinfoIndex];
  if (vmcoreinfo !== undefined) {
    const before = notes
      .slice(0, vmcoreinfoIndex)
      .reduce((sum, note) => sum + noteSizeInBytes(note), 0);
    fields.set('offset_vmcoreinfo', fileOffset + before + descriptorOffset);
    fields.set('size_vmcoreinfo', vmcoreinfo.descriptor.length);
  }
  if (noteBytes.length > 0) {
    fields.set('offset_note', fileOffset);
    fields.set('size_note', noteBytes.length);
  }
  if (eraseinfo.length === 0) {
    return { bytes: noteBytes, fields };
  }
  fields.set('offset_eraseinfo', fileOffset + noteBytes.length);
  fields.set('size_eraseinfo', eraseinfo.length);
  const bytes = new Uint8Array(noteBytes.length + eraseinfo.length);
  bytes.set(noteBytes);
  bytes.set(eraseinfo, noteBytes.length);
  return { bytes, fields };
}
