import {
  type ByteSource,
  type Condition,
  ERASEINFO_NOTE_NAME,
  isVmcorekitError,
  latin1UntilNul,
  type Note,
  noteBytesAtMost,
  parseNotes,
  readExactly,
  textOfNotes,
  VMCOREINFO_NOTE_NAME,
  VmcorekitError,
} from '@vmcorekit/core';
import { fieldNumber, type KdumpHeader } from './header/header.ts';

const nothing = new Uint8Array(0);

export interface Attachments {
  readonly notes: readonly Note[];
  readonly vmcoreinfo: string | null;
  readonly eraseinfo: string | null;
  readonly conditions: readonly Condition[];
}

/**
 * The notes, VMCOREINFO and ERASEINFO that a header points to. An area that cannot be read becomes a condition. VMCOREINFO is looked for
 * where offset_vmcoreinfo says, then among the notes: libkdumpfile knows only the latter, crash only the former, so writers differ.
 */
export function readAttachments(source: ByteSource, header: KdumpHeader): Attachments {
  const conditions: Condition[] = [...header.conditions];
  const area = (name: 'note' | 'vmcoreinfo' | 'eraseinfo'): Uint8Array | undefined => readArea(source, header, name, conditions);
  const noteBytes = area('note');
  const parsed =
    noteBytes === undefined
      ? { notes: [], conditions: [] }
      : parseNotes(noteBytes, header.flavour.byteOrder, fieldNumber(header.fields, 'offset_note'));
  conditions.push(...parsed.conditions);
  const textOf = (name: 'vmcoreinfo' | 'eraseinfo', noteName: string): string | null =>
    latin1UntilNul(area(name) ?? nothing) || textOfNotes(parsed.notes, noteName);
  return {
    notes: parsed.notes,
    vmcoreinfo: textOf('vmcoreinfo', VMCOREINFO_NOTE_NAME),
    eraseinfo: textOf('eraseinfo', ERASEINFO_NOTE_NAME),
    conditions,
  };
}

function readArea(
  source: ByteSource,
  header: KdumpHeader,
  area: 'note' | 'vmcoreinfo' | 'eraseinfo',
  conditions: Condition[],
): Uint8Array | undefined {
  const fileOffset = fieldNumber(header.fields, `offset_${area}`);
  const size = fieldNumber(header.fields, `size_${area}`);
  if (fileOffset === 0 || size === 0) {
    return undefined;
  }
  try {
    if (size > noteBytesAtMost) {
      throw new VmcorekitError('malformed', {
        structure: 'KDUMP sub header',
        fileOffset: header.offsets.get(`size_${area}`) ?? 0,
        field: `size_${area}`,
        wanted: `at most ${noteBytesAtMost}`,
        got: size,
      });
    }
    return readExactly(source, fileOffset, size, `${area} area`);
  } catch (error) {
    if (isVmcorekitError(error, 'truncated') || isVmcorekitError(error, 'malformed')) {
      conditions.push({ name: `${area}-unreadable`, detail: error.message, fileOffset: error.facts.fileOffset });
      return undefined;
    }
    throw error;
  }
}
