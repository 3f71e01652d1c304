import {
  type ByteSource,
  type DumpImage,
  type FileChange,
  type HeaderValue,
  type PatchOptions,
  readExactly,
  VmcorekitError,
  type WriteOptions,
  writerStamp,
} from '@vmcorekit/core';
import { ramEndBelowRom, romFilter } from '../filters/rom-filter.ts';
import { fieldsToSet } from '../header/fields-to-set.ts';
import { headerFields, subHeaderFields } from '../header/layout.ts';
import { sizeOf, writeField } from '../header/write-fields.ts';
import { writerStampOffset } from '../header/writer-stamp-place.ts';
import { composeAttachments } from '../writer/compose-attachments.ts';
import { endMemoryAt, type PlannedChanges } from './end-memory-at.ts';

/** The version that introduced offset_note. */
const leastVersion = 4;
const noteAlignmentInBytes = 4;

/**
 * The changes that give a KDUMP file other header fields and notes, in place. Fields and stamp
 * change where they lie. With a VMCOREINFO to write, all notes are appended after the file's end,
 * unless they are there already: libkdumpfile looks for it only among the notes, crash only where
 * offset_vmcoreinfo points. The stamp comes first, because an undo recognizes a changed file by it,
 * even a partly changed one. `contents` is the file, or the file inside a flattened one. Throws
 * `unsupported` for a file where these cannot be changed.
 */
export function planChanges(
  image: DumpImage,
  contents: ByteSource,
  options: PatchOptions,
): FileChange[] {
  const version = Number(image.header.get('header_version') ?? 0);
  if (
    image.format !== 'kdump' ||
    version < leastVersion ||
    Number(image.header.get('split') ?? 0) !== 0
  ) {
    throw new VmcorekitError('unsupported', {
      what:
        image.format === 'kdump'
          ? `changing a KDUMP file of version ${version}, or a part of a split one`
          : `changing ${image.format} in place`,
      advice: 'write a new file instead',
    });
  }
  const notes = options.vmcoreinfo === undefined ? null : appendedNotes(image, contents, options);
  const ramEnd = isWithoutRom(options) ? ramEndBelowRom(image.memory) : null;
  const memory = ramEnd === null ? null : endMemoryAt(image, contents, ramEnd);
  const header = new Map<string, HeaderValue>([
    ...fieldsToSet(options),
    ...(notes?.fields ?? []),
    ...(memory?.fields ?? []),
  ]);
  return [
    change(contents, writerStampOffset(image.memory.pageSizeInBytes), 'stamp', writerStamp()),
    ...(notes?.changes ?? []),
    ...(memory?.changes ?? []),
    ...[...header].map(([name, value]) => fieldChange(image, contents, name, value)),
  ].filter(isChange);
}

/**
 * Whether `rom` is asked for. It is the only filter that works in place, because it drops the last
 * pages.
 */
function isWithoutRom({ filters = [] }: PatchOptions): boolean {
  if (filters.some(({ name }) => name !== romFilter.name)) {
    throw new VmcorekitError('unsupported', {
      what: 'dropping pages in place with a filter other than rom',
      advice: 'write a new file instead',
    });
  }
  return filters.length > 0;
}

function appendedNotes(
  image: DumpImage,
  contents: ByteSource,
  options: Pick<WriteOptions, 'vmcoreinfo'>,
): PlannedChanges {
  if (hasAttachments(image, contents, options)) {
    return { changes: [], fields: new Map() };
  }
  const notesAt = Math.ceil(contents.sizeInBytes / noteAlignmentInBytes) * noteAlignmentInBytes;
  const { bytes, fields } = composeAttachments(image, options, notesAt);
  const padding = notesAt - contents.sizeInBytes;
  const after = new Uint8Array(padding + bytes.length);
  after.set(bytes, padding);
  return {
    changes: [
      { fileOffset: contents.sizeInBytes, what: 'notes', before: new Uint8Array(0), after },
    ],
    fields,
  };
}

/**
 * Whether the file already has these notes as they would be written, and the header points to them.
 */
function hasAttachments(
  image: DumpImage,
  contents: ByteSource,
  options: Pick<WriteOptions, 'vmcoreinfo'>,
): boolean {
  const notesAt = Number(image.header.get('offset_note') ?? 0);
  const { bytes, fields } = composeAttachments(image, options, notesAt);
  const isPointedTo = [...fields].every(
    ([name, value]) => Number(image.header.get(name) ?? 0) === value,
  );
  if (!isPointedTo || notesAt === 0 || notesAt + bytes.length > contents.sizeInBytes) {
    return false;
  }
  const there = readExactly(contents, notesAt, bytes.length, 'notes');
  return bytes.every((byte, index) => byte === there[index]);
}

function fieldChange(
  image: DumpImage,
  contents: ByteSource,
  name: string,
  value: HeaderValue,
): FileChange {
  const field = [...headerFields, ...subHeaderFields].find((candidate) => candidate.name === name);
  const fileOffset = image.headerOffsets.get(name);
  if (field === undefined || fileOffset === undefined) {
    throw new VmcorekitError('unsupported', {
      what: `the header field ${name} in this file`,
      advice: 'write a new file instead',
    });
  }
  const after = new Uint8Array(sizeOf(field.type, image.wordSizeInBits));
  writeField(after, image.byteOrder, field, 0, value, image.wordSizeInBits);
  return change(contents, fileOffset, name, after);
}

function change(
  contents: ByteSource,
  fileOffset: number,
  what: string,
  after: Uint8Array,
): FileChange {
  return { fileOffset, what, before: readExactly(contents, fileOffset, after.length, what), after };
}

function isChange({ before, after }: FileChange): boolean {
  return before.length !== after.length || after.some((byte, index) => byte !== before[index]);
}
