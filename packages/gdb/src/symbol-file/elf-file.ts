import type { ByteOrder, VirtualAddress } from '@vmcorekit/core';
import { ByteWriter } from './byte-writer.ts';

/** Section types and flags. Source: System V gABI, "Sections". */
export const sectionType = { PROGBITS: 1, SYMTAB: 2, STRTAB: 3, NOBITS: 8 } as const;
export const sectionFlag = {
  WRITE: 1,
  ALLOC: 2,
  EXECINSTR: 4,
  MERGE: 0x10,
  STRINGS: 0x20,
  COMPRESSED: 0x800,
} as const;

const ET_EXEC = 2;
const EV_CURRENT = 1;
const maxPaddingInBytes = 8;
const sizes = {
  8: { header: 64, section: 64 },
  4: { header: 52, section: 40 },
} as const;

/** A section of an ELF file. */
export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly flags?: number;
  /** Where it lies in the running kernel. */
  readonly address?: VirtualAddress;
  /** What the file holds of it; one without has a size instead. */
  readonly bytes?: Uint8Array;
  readonly sizeInBytes?: bigint;
  /** Where its contents begin in the file, if that is not here: such as beyond the file's end. */
  readonly fileOffset?: number;
  readonly link?: number;
  readonly info?: number;
  readonly entrySizeInBytes?: number;
}

/** The machine that an ELF file is for. */
export interface ElfMachine {
  /** `e_machine`. */
  readonly number: number;
  /** `e_flags`. */
  readonly flags: number;
  readonly byteOrder: ByteOrder;
  readonly wordSizeInBytes: 4 | 8;
}

/**
 * An executable file of some sections, after the null section. It has no program headers: so gdb
 * leaves it where it is, whatever a target says of the offsets of segments.
 */
export function elfFile(machine: ElfMachine, sections: readonly ElfSection[]): Uint8Array {
  const { byteOrder, wordSizeInBytes } = machine;
  const size = sizes[wordSizeInBytes];
  const names = new ByteWriter(byteOrder, wordSizeInBytes);
  names.text('');
  const last: ElfSection = { name: '.shstrtab', type: sectionType.STRTAB };
  const named = [...sections, last].map((section) => {
    const nameOffset = names.length;
    names.text(section.name);
    return { section, nameOffset };
  });
  const file = new ByteWriter(
    byteOrder,
    wordSizeInBytes,
    mostBytesOf(sections, names.length, size),
  );
  file.fill(size.header, 0);
  const placed = named.map(({ section, nameOffset }, index) => {
    const bytes = index === named.length - 1 ? names.written() : section.bytes;
    file.align(maxPaddingInBytes);
    const offset = file.length;
    file.bytes(bytes ?? new Uint8Array());
    return {
      ...{ section, nameOffset, length: bytes?.length ?? 0 },
      offset: section.fileOffset ?? offset,
    };
  });
  file.align(maxPaddingInBytes);
  const sectionsStart = file.length;
  file.fill(size.section, 0);
  for (const { section, nameOffset, offset, length } of placed) {
    writeSection(file, section, nameOffset, offset, length);
  }
  const header = new ByteWriter(byteOrder, wordSizeInBytes);
  writeHeader(header, machine, sectionsStart, placed.length + 1);
  file.written().set(header.written());
  return file.written();
}

/** So that a file of 20 MB is written in its place at once. */
function mostBytesOf(
  sections: readonly ElfSection[],
  namesLength: number,
  { header, section }: (typeof sizes)[4 | 8],
): number {
  const held = sections.map(({ bytes }) => bytes?.length ?? 0);
  const each = section + maxPaddingInBytes;
  return held.reduce((sum, length) => sum + length + each, header + namesLength + 3 * each);
}

function writeHeader(
  header: ByteWriter,
  { number, flags, byteOrder, wordSizeInBytes }: ElfMachine,
  sectionsStart: number,
  sectionCount: number,
): void {
  const size = sizes[wordSizeInBytes];
  header.bytes(
    Uint8Array.of(
      ...[0x7f, 0x45, 0x4c, 0x46, wordSizeInBytes / 4, byteOrder === 'little' ? 1 : 2, EV_CURRENT],
    ),
  );
  header.align(16);
  header.uint16(ET_EXEC);
  header.uint16(number);
  header.uint32(EV_CURRENT);
  // No entry point and no program headers.
  header.word(0n);
  header.word(0n);
  header.word(BigInt(sectionsStart));
  header.uint32(flags);
  header.uint16(size.header);
  header.uint16(0);
  header.uint16(0);
  header.uint16(size.section);
  header.uint16(sectionCount);
  header.uint16(sectionCount - 1);
}

function writeSection(
  file: ByteWriter,
  section: ElfSection,
  nameOffset: number,
  offset: number,
  length: number,
): void {
  const { type, flags = 0, address = 0n, sizeInBytes, link = 0, info = 0 } = section;
  file.uint32(nameOffset);
  file.uint32(type);
  file.word(BigInt(flags));
  file.word(address);
  file.word(BigInt(offset));
  file.word(sizeInBytes ?? BigInt(length));
  file.uint32(link);
  file.uint32(info);
  file.word(1n);
  file.word(BigInt(section.entrySizeInBytes ?? 0));
}
