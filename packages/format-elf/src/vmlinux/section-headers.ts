import { type ByteSource, latin1UntilNul, readExactly, VmcorekitError } from '@vmcorekit/core';
import { SHN_XINDEX, SHT_NOBITS } from '../elf-constants.ts';
import type { ElfHeader } from '../elf-header.ts';
import { wordReader } from '../word-reader.ts';

/** A vmlinux has about a hundred; a module built with -ffunction-sections some ten thousand. */
const maxSections = 1 << 20;
const nameLimitInBytes = 256;

export interface Section {
  readonly name: string;
  readonly sh_type: number;
  /** Exact in the defined bits. */
  readonly sh_flags: number;
  /** Exact below 2^53. Kernel addresses are larger, so use `sh_addr` for them. */
  readonly sh_offset: number;
  /** Size in the file, so 0 for SHT_NOBITS. */
  readonly fileSizeInBytes: number;
  readonly sh_addr: bigint;
  readonly sh_link: number;
  readonly sh_info: number;
}

/** Where each field lies in a section header. Source: gABI, "Section Header". */
const layouts = {
  32: { sizeInBytes: 40, flags: 8, addr: 12, offset: 16, size: 20, link: 24, info: 28 },
  64: { sizeInBytes: 64, flags: 8, addr: 16, offset: 24, size: 32, link: 40, info: 44 },
} as const;

/**
 * Reads the section headers and their names. Throws `truncated` where the file does not hold them
 * all, `malformed` where there are none.
 */
export function readSections(source: ByteSource, header: ElfHeader): Section[] {
  const layout = layouts[header.wordSizeInBits];
  if (header.e_shoff === 0 || header.e_shentsize < layout.sizeInBytes) {
    throw new VmcorekitError('malformed', {
      structure: 'ELF header',
      fileOffset: header.offsets.get('e_shentsize') ?? 0,
      field: 'e_shentsize',
      wanted: `at least ${layout.sizeInBytes}, and e_shoff that is not 0`,
      got: header.e_shentsize,
    });
  }
  const read = (fileOffset: number, count: number) =>
    wordReader(
      readExactly(source, fileOffset, count * header.e_shentsize, 'section headers'),
      header.byteOrder,
      header.wordSizeInBits,
    );
  const zero = read(header.e_shoff, 1);
  const count = header.e_shnum === 0 ? zero.word(layout.size) : header.e_shnum;
  if (count === 0 || count > maxSections) {
    throw new VmcorekitError('malformed', {
      structure: 'section headers',
      fileOffset: header.e_shoff,
      field: 'e_shnum',
      wanted: `1 to ${maxSections}`,
      got: count,
    });
  }
  const table = read(header.e_shoff, count);
  const e_shstrndx = Number(header.fields.get('e_shstrndx'));
  const namesAt =
    (e_shstrndx === SHN_XINDEX ? zero.uint32(layout.link) : e_shstrndx) * header.e_shentsize;
  const namesOffset =
    namesAt < count * header.e_shentsize
      ? table.word(namesAt + layout.offset)
      : Number.MAX_SAFE_INTEGER;
  return Array.from({ length: count }, (_, index): Section => {
    const at = index * header.e_shentsize;
    const sh_type = table.uint32(at + 4);
    return {
      name: nameAt(source, namesOffset + table.uint32(at)),
      sh_type,
      sh_flags: Number(BigInt.asUintN(32, table.wide(at + layout.flags))),
      sh_offset: table.word(at + layout.offset),
      fileSizeInBytes: sh_type === SHT_NOBITS ? 0 : table.word(at + layout.size),
      sh_addr: table.wide(at + layout.addr),
      sh_link: table.uint32(at + layout.link),
      sh_info: table.uint32(at + layout.info),
    };
  });
}

function nameAt(source: ByteSource, fileOffset: number): string {
  if (!(fileOffset < source.sizeInBytes)) {
    return '';
  }
  const bytes = new Uint8Array(nameLimitInBytes);
  return latin1UntilNul(bytes.subarray(0, source.readInto(fileOffset, bytes)));
}
