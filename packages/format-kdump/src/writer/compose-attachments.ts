import {
  type DumpImage,
  encodeNotes,
  type Note,
  VMCOREINFO_NOTE_NAME,
  VMCOREKIT_NOTE_NAME,
  type WriteOptions,
} from '@vmcorekit/core';

/** What lies behind the sub header, and the sub header's fields that point there. */
export interface ComposedAttachments {
  readonly bytes: Uint8Array;
  readonly fields: ReadonlyMap<string, number>;
}

const noteHeaderSizeInBytes = 12;

/**
 * The notes, VMCOREINFO among them: libkdumpfile looks for it only there, crash only where offset_vmcoreinfo says, so that points to
 * the note's descriptor, as QEMU's does. ERASEINFO follows. The last note is this library's stamp.
 */
export function composeAttachments(image: DumpImage, options: WriteOptions, fileOffset: number): ComposedAttachments {
  const replaced = new Set([VMCOREINFO_NOTE_NAME, VMCOREKIT_NOTE_NAME]);
  const notes: Pick<Note, 'name' | 'type' | 'descriptor'>[] = (options.notes ?? image.notes).filter(
    (note) => !replaced.has(note.name),
  );
  const fields = new Map<string, number>();
  const vmcoreinfo = options.vmcoreinfo === undefined ? image.vmcoreinfo : options.vmcoreinfo;
  if (vmcoreinfo !== null) {
    const descriptor = latin1(vmcoreinfo);
    const before = encodeNotes(notes, image.byteOrder).length;
    const nameSize = Math.ceil((VMCOREINFO_NOTE_NAME.length + 1) / 4) * 4;
    notes.push({ name: VMCOREINFO_NOTE_NAME, type: 0, descriptor });
    fields.set('offset_vmcoreinfo', fileOffset + before + noteHeaderSizeInBytes + nameSize);
    fields.set('size_vmcoreinfo', descriptor.length);
  }
  notes.push({ name: VMCOREKIT_NOTE_NAME, type: 0, descriptor: latin1('vmcorekit') });
  const noteBytes = encodeNotes(notes, image.byteOrder);
  fields.set('offset_note', fileOffset);
  fields.set('size_note', noteBytes.length);
  const eraseinfo = image.eraseinfo === null || image.eraseinfo === '' ? new Uint8Array(0) : latin1(image.eraseinfo);
  if (eraseinfo.length > 0) {
    fields.set('offset_eraseinfo', fileOffset + noteBytes.length);
    fields.set('size_eraseinfo', eraseinfo.length);
  }
  const bytes = new Uint8Array(noteBytes.length + eraseinfo.length);
  bytes.set(noteBytes);
  bytes.set(eraseinfo, noteBytes.length);
  return { bytes, fields };
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
