import {
  type ByteSource,
  type Damage,
  ERASEINFO_NOTE_NAME,
  isVmcorekitError,
  latin1UntilNul,
  maxNoteBytes,
  type Note,
  parseNotes,
  readExactly,
  textOfNotes,
  VMCOREINFO_NOTE_NAME,
  VmcorekitError,
} from '@vmcorekit/core';
import { exactField, fieldNumber, type KdumpHeader } from './header/header.ts';

const nothing = new Uint8Array(0);

export interface Attachments {
  readonly notes: readonly Note[];
  readonly vmcoreinfo: string | null;
  readonly eraseinfo: string | null;
  readonly damage: readonly Damage[];
}

/**
 * The notes, VMCOREINFO and ERASEINFO that a header points to. An area that cannot be read becomes
 * damage. VMCOREINFO is looked for where offset_vmcoreinfo points, then among the notes. Writers
 * differ, because libkdumpfile reads only the latter and crash only the former.
 */
export function readAttachments(source: ByteSource, header: KdumpHeader): Attachments {
  const damage: Damage[] = [...header.damage];
  announceAreas(source, header);
  const area = (name: 'note' | 'vmcoreinfo' | 'eraseinfo'): Uint8Array | undefined =>
    readArea(source, header, name, damage);
  const noteBytes = area('note');
  const parsed =
    noteBytes === undefined
      ? { notes: [], damage: [] }
      : parseNotes(noteBytes, header.flavour.byteOrder, fieldNumber(header.fields, 'offset_note'));
  damage.push(...parsed.damage);
  const textOf = (name: 'vmcoreinfo' | 'eraseinfo', noteName: string): string | null =>
    latin1UntilNul(area(name) ?? nothing) || textOfNotes(parsed.notes, noteName);
  return {
    notes: parsed.notes,
    vmcoreinfo: textOf('vmcoreinfo', VMCOREINFO_NOTE_NAME),
    eraseinfo: textOf('eraseinfo', ERASEINFO_NOTE_NAME),
    damage,
  };
}

/** Announced together, so that a source with slow round trips makes one for all three. */
function announceAreas(source: ByteSource, { fields }: KdumpHeader): void {
  const areas = ['note', 'vmcoreinfo', 'eraseinfo'].map((name) => ({
    offset: fieldNumber(fields, `offset_${name}`),
    lengthInBytes: fieldNumber(fields, `size_${name}`),
  }));
  source.willRead?.(
    areas.filter(
      ({ offset, lengthInBytes }) =>
        offset > 0 && lengthInBytes > 0 && lengthInBytes <= maxNoteBytes,
    ),
  );
}

function readArea(
  source: ByteSource,
  header: KdumpHeader,
  area: 'note' | 'vmcoreinfo' | 'eraseinfo',
  damage: Damage[],
): Uint8Array | undefined {
  const fileOffset = fieldNumber(header.fields, `offset_${area}`);
  const size = fieldNumber(header.fields, `size_${area}`);
  if (fileOffset === 0 || size === 0) {
    return undefined;
  }
  try {
    if (size > maxNoteBytes) {
      throw new VmcorekitError('malformed', {
        structure: 'KDUMP sub header',
        fileOffset: header.offsets.get(`size_${area}`) ?? 0,
        field: `size_${area}`,
        wanted: `at most ${maxNoteBytes}`,
        got: exactField(header.fields, `size_${area}`),
      });
    }
    if (!Number.isSafeInteger(fileOffset)) {
      throw new VmcorekitError('malformed', {
        structure: 'KDUMP sub header',
        fileOffset: header.offsets.get(`offset_${area}`) ?? 0,
        field: `offset_${area}`,
        wanted: 'a number below 2^53',
        got: exactField(header.fields, `offset_${area}`),
      });
    }
    return readExactly(source, fileOffset, size, `${area} area`);
  } catch (error) {
    if (isVmcorekitError(error, 'truncated') || isVmcorekitError(error, 'malformed')) {
      damage.push({
        name: `${area}-unreadable`,
        loses: 'notes',
        detail: error.message,
        fileOffset: error.facts.fileOffset,
      });
      return undefined;
    }
    throw error;
  }
}
