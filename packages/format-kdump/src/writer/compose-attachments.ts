import { type DumpImage, encodeNotes, latin1Bytes, notesToWrite, VMCOREINFO_NOTE_NAME, type WriteOptions } from '@vmcorekit/core';

/** What lies behind the sub header, and the sub header's fields that point there. */
export interface ComposedAttachments {
  readonly bytes: Uint8Array;
  readonly fields: ReadonlyMap<string, number>;
}

const noteHeaderSizeInBytes = 12;

/**
 * The notes, VMCOREINFO among them: libkdumpfile looks for it only there, crash only where offset_vmcoreinfo says, so that points to
 * the note's descriptor, as QEMU's does. ERASEINFO follows.
 */
export function composeAttachments(image: DumpImage, options: WriteOptions, fileOffset: number): ComposedAttachments {
  const notes = notesToWrite(image, options);
  const fields = new Map<string, number>();
  const vmcoreinfoIndex = notes.findIndex((note) => note.name === VMCOREINFO_NOTE_NAME);
  const vmcoreinfo = notes[vmcoreinfoIndex];
  if (vmcoreinfo !== undefined) {
    const before = encodeNotes(notes.slice(0, vmcoreinfoIndex), image.byteOrder).length;
    const nameSize = Math.ceil((VMCOREINFO_NOTE_NAME.length + 1) / 4) * 4;
    fields.set('offset_vmcoreinfo', fileOffset + before + noteHeaderSizeInBytes + nameSize);
    fields.set('size_vmcoreinfo', vmcoreinfo.descriptor.length);
  }
  const noteBytes = encodeNotes(notes, image.byteOrder);
  if (noteBytes.length > 0) {
    fields.set('offset_note', fileOffset);
    fields.set('size_note', noteBytes.length);
  }
  const eraseinfo = image.eraseinfo === null || image.eraseinfo === '' ? new Uint8Array(0) : latin1Bytes(image.eraseinfo);
  if (eraseinfo.length > 0) {
    fields.set('offset_eraseinfo', fileOffset + noteBytes.length);
    fields.set('size_eraseinfo', eraseinfo.length);
  }
  const bytes = new Uint8Array(noteBytes.length + eraseinfo.length);
  bytes.set(noteBytes);
  bytes.set(eraseinfo, noteBytes.length);
  return { bytes, fields };
}
