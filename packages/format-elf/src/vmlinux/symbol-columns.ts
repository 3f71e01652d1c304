import { type ByteOrder, type ByteSource, readExactly, VmcorekitError } from '@vmcorekit/core';
import { SHN_UNDEF, STT_FILE, STT_SECTION } from '../elf-constants.ts';
import type { Section } from './section-headers.ts';

/** A kernel with everything built in has some 400,000 symbols. */
const tableLimitInBytes = 512 * 1024 * 1024;

/**
 * Symbols as columns, in the file's order: a kernel has a hundred thousand or more, and few are
 * ever looked up.
 */
export interface SymbolColumns {
  readonly count: number;
  /** The two halves of the address: numbers compare faster than bigints. */
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** Offset in `names`. */
  readonly nameOffset: Uint32Array;
  /** The section, or a special index such as SHN_ABS. */
  readonly section: Uint16Array;
  /** `st_info`, binding and type. */
  readonly info: Uint8Array;
  /** In bytes; 0 where the file does not say. Saturates at 32 bits. */
  readonly size: Uint32Array;
  /** The string table. */
  readonly names: Uint8Array;
}

/** Where each field lies in a symbol. Source: gABI, "Symbol Table". */
const layouts = {
  32: { sizeInBytes: 16, value: 4, size: 8, info: 12, shndx: 14 },
  64: { sizeInBytes: 24, value: 8, size: 16, info: 4, shndx: 6 },
} as const;

/**
 * Reads defined, named symbols. Throws `truncated` or `malformed` where the symbol or string table
 * does not lie in the file.
 */
export function readSymbols(
  source: ByteSource,
  symtab: Section,
  strtab: Section,
  {
    byteOrder,
    wordSizeInBits,
  }: { readonly byteOrder: ByteOrder; readonly wordSizeInBits: 32 | 64 },
): SymbolColumns {
  const names = table(source, strtab);
  const bytes = table(source, symtab);
  const layout = layouts[wordSizeInBits];
  const limit = Math.floor(bytes.length / layout.sizeInBytes);
  const high = new Uint32Array(limit);
  const low = new Uint32Array(limit);
  const nameOffset = new Uint32Array(limit);
  const section = new Uint16Array(limit);
  const info = new Uint8Array(limit);
  const size = new Uint32Array(limit);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = byteOrder === 'little';
  const [highAt, lowAt] = little ? [4, 0] : [0, 4];
  let count = 0;
  for (let at = 0; at + layout.sizeInBytes <= bytes.length; at += layout.sizeInBytes) {
    const st_name = view.getUint32(at, little);
    const st_shndx = view.getUint16(at + layout.shndx, little);
    const type = view.getUint8(at + layout.info) & 0xf;
    if (
      st_name === 0 ||
      st_name >= names.length ||
      st_shndx === SHN_UNDEF ||
      type === STT_SECTION ||
      type === STT_FILE
    ) {
      continue;
    }
    high[count] = wordSizeInBits === 64 ? view.getUint32(at + layout.value + highAt, little) : 0;
    low[count] = view.getUint32(at + layout.value + (wordSizeInBits === 64 ? lowAt : 0), little);
    nameOffset[count] = st_name;
    section[count] = st_shndx;
    info[count] = view.getUint8(at + layout.info);
    size[count] = sizeAt(view, at + layout.size, little, wordSizeInBits);
    count++;
  }
  return { count, high, low, nameOffset, section, info, size, names };
}

function sizeAt(view: DataView, at: number, little: boolean, wordSizeInBits: 32 | 64): number {
  const [highAt, lowAt] = little ? [4, 0] : [0, 4];
  const isBeyond = wordSizeInBits === 64 && view.getUint32(at + highAt, little) !== 0;
  return isBeyond ? 0xffff_ffff : view.getUint32(at + (wordSizeInBits === 64 ? lowAt : 0), little);
}

function table(source: ByteSource, section: Section): Uint8Array {
  if (section.fileSizeInBytes > tableLimitInBytes) {
    throw new VmcorekitError('malformed', {
      structure: `section ${section.name}`,
      fileOffset: Math.min(section.sh_offset, source.sizeInBytes),
      field: 'sh_size',
      wanted: `at most ${tableLimitInBytes}`,
      got: section.fileSizeInBytes,
    });
  }
  return readExactly(source, section.sh_offset, section.fileSizeInBytes, `section ${section.name}`);
}
