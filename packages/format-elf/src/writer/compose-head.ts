import {
  type ByteOrder,
  type KernelMappings,
  type PhysicalRange,
  writerStamp,
  writerStampSizeInBytes,
} from '@vmcorekit/core';
import type { FileLayout, PlacedStretch } from '@vmcorekit/file-memory';
import {
  ELFCLASS32,
  ELFCLASS64,
  ELFDATA2LSB,
  ELFDATA2MSB,
  ET_CORE,
  PN_XNUM,
  PT_LOAD,
  PT_NOTE,
} from '../elf-constants.ts';
import { WordWriter } from '../word-writer.ts';
import { writerStampOffset } from '../writer-stamp-place.ts';
import { placedFrom } from './segments.ts';

/** Structures by word size. Source: gABI. */
const sizes = {
  32: { file: 52, program: 32, section: 40 },
  64: { file: 64, program: 56, section: 64 },
} as const;
/** Readable, writable, executable: what kdump states for all memory. */
const p_flags = 7;

export interface HeadParts {
  readonly wordSizeInBits: 32 | 64;
  readonly byteOrder: ByteOrder;
  readonly pageSizeInBytes: number;
  readonly e_machine: number;
  readonly e_flags: number;
  /** The program headers of the memory. */
  readonly p_align: number;
  readonly notes: Uint8Array;
  readonly stretches: readonly PhysicalRange[];
  readonly mappings: KernelMappings;
}

interface ProgramHeader {
  readonly p_type: number;
  readonly p_offset: number;
  readonly p_vaddr: bigint;
  readonly p_paddr: number;
  readonly sizeInBytes: number;
}

/**
 * The head of the file: the ELF header, the program headers right after it, a lone section header
 * where their number needs one, the notes, and this library's stamp, which no header mentions.
 * Readers are strict here. drgn and makedumpfile refuse QEMU's files, where the program headers
 * come later and nothing is aligned.
 */
export function composeHead(parts: HeadParts): FileLayout {
  const { wordSizeInBits, pageSizeInBytes, notes } = parts;
  const size = sizes[wordSizeInBits];
  const imageCount = kernelImageIn(parts) === undefined ? 0 : 1;
  const stretches = splitAt(parts.stretches, parts.mappings.linearMap?.end);
  const count = 1 + imageCount + stretches.length;
  const sectionAt = size.file + count * size.program;
  const notesAt = sectionAt + (count >= PN_XNUM ? size.section : 0);
  const stampAt = writerStampOffset(notesAt + notes.length);
  const bytes = new Uint8Array(
    Math.ceil((stampAt + writerStampSizeInBytes) / pageSizeInBytes) * pageSizeInBytes,
  );
  const segments = placedFrom(bytes.length, stretches, pageSizeInBytes);
  writeElfHeader(bytes, parts, count, sectionAt);
  const headers = new WordWriter(bytes, size.file, parts.byteOrder, wordSizeInBits);
  for (const header of programHeaders(parts, notesAt, segments)) {
    writeProgramHeader(headers, header, parts);
  }
  if (count >= PN_XNUM) {
    writeExtendedCount(bytes, parts, count, sectionAt);
  }
  bytes.set(notes, notesAt);
  bytes.set(writerStamp(), stampAt);
  const last = segments.at(-1);
  return {
    head: bytes,
    stretches: segments,
    sizeInBytes: last === undefined ? bytes.length : last.fileOffset + (last.end - last.start),
  };
}

function* programHeaders(
  parts: HeadParts,
  notesAt: number,
  segments: readonly PlacedStretch[],
): Generator<ProgramHeader, void, void> {
  const { notes } = parts;
  yield {
    p_type: PT_NOTE,
    p_offset: notesAt,
    p_vaddr: 0n,
    p_paddr: 0,
    sizeInBytes: notes.length,
  };
  // Comes first, as in /proc/vmcore.
  const image = kernelImageIn(parts);
  const around = segments.find(
    ({ start, end }) =>
      image !== undefined && start <= image.physicalAddress && image.physicalAddress < end,
  );
  if (image !== undefined && around !== undefined) {
    yield {
      p_type: PT_LOAD,
      p_offset: around.fileOffset + (image.physicalAddress - around.start),
      p_vaddr: image.virtualAddress,
      p_paddr: image.physicalAddress,
      sizeInBytes: image.lengthInBytes,
    };
  }
  for (const { start, end, fileOffset } of segments) {
    const p_vaddr = virtualAddressOf(parts, start, end);
    yield {
      p_type: PT_LOAD,
      p_offset: fileOffset,
      p_vaddr,
      p_paddr: start,
      sizeInBytes: end - start,
    };
  }
}

/**
 * The virtual address of a segment in the linear map; 0 where the map does not reach it (32-bit
 * machines map only their low memory). Addresses are modulo the kernel's word, and rise from the
 * lowest memory. Without a known map, the physical address, as QEMU writes with paging off.
 */
function virtualAddressOf({ mappings, stretches }: HeadParts, start: number, end: number): bigint {
  const { linearMap } = mappings;
  if (linearMap === undefined) {
    return BigInt(start);
  }
  const lowest = stretches[0]?.start ?? start;
  const first = BigInt.asUintN(linearMap.wordSizeInBits, linearMap.offset + BigInt(lowest));
  const isBeyond =
    end > (linearMap.end ?? end) ||
    first + BigInt(end - lowest) > 1n << BigInt(linearMap.wordSizeInBits);
  return isBeyond ? 0n : first + BigInt(start - lowest);
}

/** The stretches, none of them across the end of the linear map. */
function splitAt(stretches: readonly PhysicalRange[], at: number | undefined): PhysicalRange[] {
  return stretches.flatMap(({ start, end }) =>
    at !== undefined && start < at && at < end
      ? [
          { start, end: at },
          { start: at, end },
        ]
      : [{ start, end }],
  );
}

/**
 * The kernel image, where one stretch holds all of it: a segment must not cover bytes that the file
 * lacks.
 */
function kernelImageIn({ mappings, stretches }: HeadParts): KernelMappings['kernelImage'] {
  const image = mappings.kernelImage;
  const isWhole =
    image !== undefined &&
    stretches.some(
      ({ start, end }) =>
        start <= image.physicalAddress && image.physicalAddress + image.lengthInBytes <= end,
    );
  return isWhole ? image : undefined;
}

function writeElfHeader(
  bytes: Uint8Array,
  parts: HeadParts,
  count: number,
  sectionAt: number,
): void {
  const { wordSizeInBits, byteOrder } = parts;
  const size = sizes[wordSizeInBits];
  const isExtended = count >= PN_XNUM;
  const [elfClass, elfData] = [
    wordSizeInBits === 64 ? ELFCLASS64 : ELFCLASS32,
    byteOrder === 'little' ? ELFDATA2LSB : ELFDATA2MSB,
  ];
  bytes.set([0x7f, 0x45, 0x4c, 0x46, elfClass, elfData, 1]);
  const fields = new WordWriter(bytes, 16, byteOrder, wordSizeInBits);
  fields.half(ET_CORE);
  fields.half(parts.e_machine);
  fields.word(1); // e_version
  fields.address(0); // e_entry
  fields.address(size.file); // e_phoff
  fields.address(isExtended ? sectionAt : 0); // e_shoff
  fields.word(parts.e_flags);
  fields.half(size.file); // e_ehsize
  fields.half(size.program); // e_phentsize
  fields.half(Math.min(count, PN_XNUM)); // e_phnum
  fields.half(isExtended ? size.section : 0); // e_shentsize
  fields.half(isExtended ? 1 : 0); // e_shnum
  fields.half(0); // e_shstrndx
}

function writeProgramHeader(
  fields: WordWriter,
  header: ProgramHeader,
  { wordSizeInBits, p_align }: HeadParts,
): void {
  fields.word(header.p_type);
  if (wordSizeInBits === 64) {
    fields.word(header.p_type === PT_LOAD ? p_flags : 0);
  }
  fields.address(header.p_offset);
  fields.address(header.p_vaddr);
  fields.address(header.p_paddr);
  fields.address(header.sizeInBytes); // p_filesz
  fields.address(header.sizeInBytes); // p_memsz
  if (wordSizeInBits === 32) {
    fields.word(header.p_type === PT_LOAD ? p_flags : 0);
  }
  fields.address(header.p_type === PT_LOAD ? p_align : 0);
}

/**
 * A null section whose sh_info is the number of program headers; its sh_size is the number of
 * sections. Source: gABI, "e_phnum".
 */
function writeExtendedCount(
  bytes: Uint8Array,
  parts: HeadParts,
  count: number,
  sectionAt: number,
): void {
  const isWide = parts.wordSizeInBits === 64;
  const size = new WordWriter(
    bytes,
    sectionAt + (isWide ? 32 : 20),
    parts.byteOrder,
    parts.wordSizeInBits,
  );
  size.address(1);
  const info = new WordWriter(
    bytes,
    sectionAt + (isWide ? 44 : 28),
    parts.byteOrder,
    parts.wordSizeInBits,
  );
  info.word(count);
}
