import {
  type ByteSource,
  type Damage,
  type HeaderValue,
  hex,
  type Note,
  parseNotes,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import { readSections, type Sections, type Stretch } from './sections.ts';

/** Xen has at most 8192 CPUs of 5 KiB. */
const maxCpus = 8192;
/** Xen's notes take less than 2 KiB. */
const maxNoteBytes: number = 1024 * 1024;
const noteName = 'Xen';
/** A note's head of 12 bytes, and its name. */
const descriptorOffset = 16;
/** Source: Xen, xen/include/public/elfnote.h; their contents in docs/misc/dump-core-format.txt. */
const noteTypes = { header: 0x2000001, xenVersion: 0x2000002, formatVersion: 0x2000003 } as const;
/** What the notes hold, in words of 64 bits. */
const noteFields: readonly (readonly [type: number, names: readonly string[]])[] = [
  [noteTypes.header, ['xch_magic', 'xch_nr_vcpus', 'xch_nr_pages', 'xch_page_size']],
  [noteTypes.xenVersion, ['major_version', 'minor_version']],
  [noteTypes.formatVersion, ['version']],
];
/** `xch_magic`. */
const magics = { paravirtual: 0xf00febedn, hvm: 0xf00febeen } as const;
/** Xen's own pages, on every processor that it runs on. */
const pageSize = 4096n;

/** What a core says of itself, and where its parts lie. */
export interface CoreFile {
  readonly e_machine: number;
  readonly notes: readonly Note[];
  /** Fields of its headers and notes, by the names that ELF and Xen give them. */
  readonly fields: ReadonlyMap<string, HeaderValue>;
  readonly fieldOffsets: ReadonlyMap<string, number>;
  readonly isParavirtual: boolean;
  /** It ends before the names of its sections. */
  readonly isCut: boolean;
  readonly cpuCount: number;
  readonly pageCount: number;
  readonly pageSizeInBytes: number;
  readonly prstatus: Stretch | undefined;
  readonly pages: Stretch;
  /** Of every page: its number, and for a PV domain its machine frame. */
  readonly pageList: Stretch;
  readonly damage: readonly Damage[];
}

/** Reads all of a core but its pages and their list. Throws `truncated` or `malformed`. */
export function readCoreFile(source: ByteSource): CoreFile {
  const sections = readSections(source);
  const noteArea = demanded(sections, '.note.Xen');
  const { notes, damage } = notesIn(source, noteArea);
  const { magic, cpus, pages } = headerIn(notes, noteArea.fileOffset);
  const isParavirtual = magic === magics.paravirtual;
  const stated = fieldsOf(notes);
  return {
    e_machine: sections.e_machine,
    notes,
    fields: new Map([...sections.fields, ...stated.fields]),
    fieldOffsets: new Map([...sections.fieldOffsets, ...stated.offsets]),
    isParavirtual,
    isCut: sections.areNamesCut,
    cpuCount: cpus,
    pageCount: pages,
    pageSizeInBytes: Number(pageSize),
    prstatus: sections.byName.get('.xen_prstatus'),
    pages: demanded(sections, '.xen_pages'),
    pageList: demanded(sections, isParavirtual ? '.xen_p2m' : '.xen_pfn'),
    damage: sections.areNamesCut ? [...damage, fileCut(source)] : damage,
  };
}

function fileCut({ sizeInBytes }: ByteSource): Damage {
  return {
    name: 'file-truncated',
    loses: 'nothing',
    detail: `the file ends at ${hex(sizeInBytes)}, before the names of its sections: each is known by its type and the size of its entries`,
    fileOffset: sizeInBytes,
  };
}

function demanded({ byName, fields }: Sections, name: string): Stretch {
  const found = byName.get(name);
  if (found === undefined) {
    throw new VmcorekitError('malformed', {
      structure: 'Xen core',
      fileOffset: Number(fields.get('e_shoff')),
      field: 'sections',
      wanted: `one that is called ${name}`,
      got: `${byName.size} others`,
    });
  }
  return found;
}

function notesIn(
  source: ByteSource,
  { fileOffset, sizeInBytes }: Stretch,
): ReturnType<typeof parseNotes> {
  const length = Math.min(sizeInBytes, maxNoteBytes);
  return parseNotes(readExactly(source, fileOffset, length, '.note.Xen'), 'little', fileOffset);
}

interface CoreHeader {
  readonly magic: bigint;
  readonly cpus: number;
  readonly pages: number;
}

function headerIn(notes: readonly Note[], notesAt: number): CoreHeader {
  const note = noteOf(notes, noteTypes.header);
  if (note === undefined) {
    throw new VmcorekitError('malformed', {
      structure: '.note.Xen',
      fileOffset: notesAt,
      field: 'notes',
      wanted: 'the header of a Xen core',
      got: `${notes.length} notes without it`,
    });
  }
  const view = descriptorOf(note);
  const [magic, size] = [view.uint64(0), view.uint64(24)];
  const cpus = view.uint53(8, 'xch_nr_vcpus');
  if (magic !== magics.paravirtual && magic !== magics.hvm) {
    throw lie(view, 0, 'xch_magic', '0xf00febed or 0xf00febee', magic);
  }
  if (cpus > maxCpus) {
    throw lie(view, 8, 'xch_nr_vcpus', `at most ${maxCpus}`, cpus);
  }
  if (size !== pageSize) {
    throw lie(view, 24, 'xch_page_size', String(pageSize), size);
  }
  return { magic, cpus, pages: view.uint53(16, 'xch_nr_pages') };
}

function lie(
  { structure, fileOffset }: StructView,
  offset: number,
  field: string,
  wanted: string,
  got: bigint | number,
): VmcorekitError<'malformed'> {
  const at = fileOffset + offset;
  return new VmcorekitError('malformed', { structure, fileOffset: at, field, wanted, got });
}

function fieldsOf(notes: readonly Note[]): {
  readonly fields: ReadonlyMap<string, HeaderValue>;
  readonly offsets: ReadonlyMap<string, number>;
} {
  const fields = new Map<string, HeaderValue>();
  const offsets = new Map<string, number>();
  for (const [type, names] of noteFields) {
    const note = noteOf(notes, type);
    for (const [index, name] of names.entries()) {
      if (note !== undefined && note.descriptor.length >= (index + 1) * 8) {
        const view = descriptorOf(note);
        fields.set(name, view.uint64(index * 8));
        offsets.set(name, view.fileOffset + index * 8);
      }
    }
  }
  return { fields, offsets };
}

function noteOf(notes: readonly Note[], wanted: number): Note | undefined {
  return notes.find(({ name, type }) => name === noteName && type === wanted);
}

function descriptorOf({ descriptor, fileOffset }: Note): StructView {
  return new StructView(
    descriptor,
    'little',
    'header of a Xen core',
    fileOffset + descriptorOffset,
  );
}
