import { encodeNotes } from '@vmcorekit/core';
import type { ElfFile, ElfSectionSpec, ElfSegmentSpec, ElfSpec } from './elf-spec.ts';
import { StructWriter } from './struct-writer.ts';

const ET_CORE = 4;
const EM_X86_64 = 62;
const PT_LOAD = 1;
const PT_NOTE = 4;
const PN_XNUM = 0xffff;
const SHT_NULL = 0;
const SHT_STRTAB = 3;

/**
 * Builds an ELF file: header, program headers, data in the order of the segments, data of sections,
 * section headers.
 */
export function buildElf(spec: ElfSpec): ElfFile {
  const { wordSizeInBits = 64, byteOrder = 'little', segments = [] } = spec;
  const sizes =
    wordSizeInBits === 64
      ? { elf: 64, program: 56, section: 64 }
      : { elf: 52, program: 32, section: 40 };
  const writer = new StructWriter(wordSizeInBits, byteOrder);
  const hasSections = spec.sections !== undefined || spec.hasExtendedCount === true;
  const sections = hasSections ? withFixedSections(spec, segments.length) : [];
  const programHeadersAt = spec.programHeadersAt ?? sizes.elf;
  let end = Math.max(
    programHeadersAt + segments.length * sizes.program,
    spec.sectionHeadersAt === undefined
      ? 0
      : spec.sectionHeadersAt + sections.length * sizes.section,
  );
  const place = (data: Uint8Array, multiple: number = 1): number => {
    const at = Math.ceil(end / multiple) * multiple;
    end = writer.data(at, data);
    return at;
  };

  const dataOf = (segment: ElfSegmentSpec) =>
    segment.data ??
    (segment.notes === undefined ? new Uint8Array(0) : encodeNotes(segment.notes, byteOrder));
  const segmentOffsets = segments.map((segment) =>
    place(dataOf(segment), segment.placedAtMultipleOf),
  );
  const sectionOffsets = sections.map((section) =>
    place(section.data ?? new Uint8Array(0), Number(section.sh_addralign ?? 0) || 1),
  );
  const sectionHeadersAt = spec.sectionHeadersAt ?? Math.ceil(end / 8) * 8;

  for (const [index, segment] of segments.entries()) {
    const at = programHeadersAt + index * sizes.program;
    writeProgramHeader(
      writer,
      at,
      wordSizeInBits,
      segment,
      segmentOffsets[index] ?? 0,
      dataOf(segment).length,
    );
  }
  let nameAt = 1;
  for (const [index, section] of sections.entries()) {
    const sh_name = section.name === '' ? 0 : nameAt;
    nameAt += section.name === '' ? 0 : section.name.length + 1;
    writeSectionHeader(
      writer,
      sectionHeadersAt + index * sizes.section,
      section,
      sh_name,
      sectionOffsets[index] ?? 0,
    );
  }
  writeElfHeader(writer, wordSizeInBits, byteOrder === 'little', {
    e_type: ET_CORE,
    e_machine: EM_X86_64,
    e_version: 1,
    e_phoff: segments.length === 0 ? 0 : programHeadersAt,
    e_shoff: hasSections ? sectionHeadersAt : 0,
    e_ehsize: sizes.elf,
    e_phentsize: sizes.program,
    e_phnum: spec.hasExtendedCount === true ? PN_XNUM : segments.length,
    e_shentsize: hasSections ? sizes.section : 0,
    e_shnum: sections.length,
    e_shstrndx: hasSections ? sections.length - 1 : 0,
    ...spec.fields,
  });
  return { bytes: writer.bytes, segmentOffsets, programHeadersAt, sectionHeadersAt };
}

function withFixedSections(spec: ElfSpec, segmentCount: number): ElfSectionSpec[] {
  const own = spec.sections ?? [];
  const names = ['', ...own.map((section) => section.name), '.shstrtab'];
  const text = `${names.join('\0')}\0`;
  return [
    { name: '', sh_type: SHT_NULL, sh_info: spec.hasExtendedCount === true ? segmentCount : 0 },
    ...own,
    {
      name: '.shstrtab',
      sh_type: SHT_STRTAB,
      data: Uint8Array.from(text, (character) => character.charCodeAt(0)),
    },
  ];
}

function writeElfHeader(
  writer: StructWriter,
  wordSizeInBits: 32 | 64,
  isLittle: boolean,
  fields: Readonly<Record<string, number | bigint>>,
): void {
  writer.data(0, Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, wordSizeInBits / 32, isLittle ? 1 : 2, 1));
  let at = 16;
  for (const [name, type] of elfHeaderFields) {
    at = writer.field(at, type, fields[name] ?? 0);
  }
}

const elfHeaderFields = [
  ['e_type', 'half'],
  ['e_machine', 'half'],
  ['e_version', 'word'],
  ['e_entry', 'address'],
  ['e_phoff', 'address'],
  ['e_shoff', 'address'],
  ['e_flags', 'word'],
  ['e_ehsize', 'half'],
  ['e_phentsize', 'half'],
  ['e_phnum', 'half'],
  ['e_shentsize', 'half'],
  ['e_shnum', 'half'],
  ['e_shstrndx', 'half'],
] as const;

function writeProgramHeader(
  writer: StructWriter,
  start: number,
  wordSizeInBits: 32 | 64,
  segment: ElfSegmentSpec,
  placedAt: number,
  lengthInBytes: number,
): void {
  const p_filesz = segment.p_filesz ?? lengthInBytes;
  const p_flags = segment.p_flags ?? 0;
  let at = writer.field(
    start,
    'word',
    segment.p_type ?? (segment.notes === undefined ? PT_LOAD : PT_NOTE),
  );
  if (wordSizeInBits === 64) {
    at = writer.field(at, 'word', p_flags);
  }
  const { p_offset = placedAt, p_vaddr = 0, p_paddr = 0, p_memsz = p_filesz } = segment;
  for (const value of [p_offset, p_vaddr, p_paddr, p_filesz, p_memsz]) {
    at = writer.field(at, 'address', value);
  }
  if (wordSizeInBits === 32) {
    at = writer.field(at, 'word', p_flags);
  }
  writer.field(at, 'address', segment.p_align ?? 0);
}

function writeSectionHeader(
  writer: StructWriter,
  start: number,
  section: ElfSectionSpec,
  sh_name: number,
  placedAt: number,
): void {
  let at = writer.field(start, 'word', sh_name);
  at = writer.field(at, 'word', section.sh_type);
  const { sh_flags = 0, sh_addr = 0, sh_size = section.data?.length ?? 0 } = section;
  const { sh_offset = section.sh_type === SHT_NULL ? 0 : placedAt } = section;
  for (const value of [sh_flags, sh_addr, sh_offset, sh_size]) {
    at = writer.field(at, 'address', value);
  }
  at = writer.field(at, 'word', section.sh_link ?? 0);
  at = writer.field(at, 'word', section.sh_info ?? 0);
  at = writer.field(at, 'address', section.sh_addralign ?? 0);
  writer.field(at, 'address', section.sh_entsize ?? 0);
}
