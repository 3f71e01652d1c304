import {
  type ByteSource,
  type HeaderValue,
  latin1UntilNul,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';

/** ELF64 in the byte order of x86 and ARM, as Xen writes cores. Source: gABI, "ELF Header". */
const headerSizeInBytes = 64;
const sectionSizeInBytes = 64;
/** Xen writes seven. */
const maxSections = 1024;
/** Xen's names take 72 bytes. */
const maxNamesInBytes: number = 64 * 1024;
const fields = { e_machine: 18, e_shoff: 40, e_shnum: 60, e_shstrndx: 62 } as const;
/** In a section header. */
const inSection = {
  sh_type: 4,
  sh_offset: 24,
  sh_size: 32,
  sh_addralign: 48,
  sh_entsize: 56,
} as const;
const [progbits, note] = [1, 7];
const pageSizeInBytes = 4096;
/** By the size of an entry. */
const listNames: Readonly<Record<number, string>> = { 8: '.xen_pfn', 16: '.xen_p2m' };
const structure = 'Xen core';

/** A stretch of the file. */
export interface Stretch {
  readonly fileOffset: number;
  readonly sizeInBytes: number;
}

/** The section headers of a core, by their names. */
export interface Sections {
  readonly e_machine: number;
  readonly fields: ReadonlyMap<string, HeaderValue>;
  readonly fieldOffsets: ReadonlyMap<string, number>;
  readonly byName: ReadonlyMap<string, Stretch>;
  /** The file ends before the names. What a section holds is known by its type and its entries. */
  readonly areNamesCut: boolean;
}

/**
 * Reads the section headers, which follow the ELF header, and their names, which end the file.
 * Throws `truncated` or `malformed`.
 */
export function readSections(source: ByteSource): Sections {
  const header = viewOf(source, 0, headerSizeInBytes);
  const [count, names] = [header.uint16(fields.e_shnum), header.uint16(fields.e_shstrndx)];
  const tableAt = header.uint53(fields.e_shoff, 'e_shoff');
  if (count > maxSections || names >= count) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset: fields.e_shnum,
      field: 'e_shnum',
      wanted: `more than e_shstrndx (${names}), and at most ${maxSections}`,
      got: count,
    });
  }
  const table = viewOf(source, tableAt, count * sectionSizeInBytes);
  const stretches = Array.from({ length: count }, (_, index) => stretchAt(table, index));
  const namesAt = stretches[names] ?? { fileOffset: 0, sizeInBytes: 0 };
  const size = Math.min(namesAt.sizeInBytes, maxNamesInBytes);
  const areNamesCut = namesAt.fileOffset + size > source.sizeInBytes;
  const nameOf = areNamesCut
    ? (index: number) => nameByKind(table, index)
    : namesIn(table, readExactly(source, namesAt.fileOffset, size, structure));
  return {
    e_machine: header.uint16(fields.e_machine),
    fields: new Map(
      Object.entries(fields).map(([name, at]) => [
        name,
        name === 'e_shoff' ? tableAt : header.uint16(at),
      ]),
    ),
    fieldOffsets: new Map(Object.entries(fields)),
    byName: new Map(stretches.map((stretch, index) => [nameOf(index), stretch])),
    areNamesCut,
  };
}

function namesIn(table: StructView, text: Uint8Array): (index: number) => string {
  return (index) => latin1UntilNul(text.subarray(table.uint32(index * sectionSizeInBytes)));
}

/** The only name that Xen gives to a section of that type and such entries; '' for others. */
function nameByKind(table: StructView, index: number): string {
  const at = index * sectionSizeInBytes;
  const entry = table.uint53(at + inSection.sh_entsize, 'sh_entsize');
  const type = table.uint32(at + inSection.sh_type);
  if (type === note) {
    return '.note.Xen';
  }
  if (type !== progbits || entry === 0) {
    return '';
  }
  if (entry === pageSizeInBytes) {
    const alignment = table.uint53(at + inSection.sh_addralign, 'sh_addralign');
    return alignment === pageSizeInBytes ? '.xen_pages' : '.xen_shared_info';
  }
  return listNames[entry] ?? '.xen_prstatus';
}

function stretchAt(table: StructView, index: number): Stretch {
  const at = index * sectionSizeInBytes;
  return {
    fileOffset: table.uint53(at + inSection.sh_offset, 'sh_offset'),
    sizeInBytes: table.uint53(at + inSection.sh_size, 'sh_size'),
  };
}

function viewOf(source: ByteSource, at: number, lengthInBytes: number): StructView {
  return new StructView(readExactly(source, at, lengthInBytes, structure), 'little', structure, at);
}
