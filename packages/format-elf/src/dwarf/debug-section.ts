import {
  type ByteOrder,
  type ByteSource,
  type Compressor,
  readExactly,
  VmcorekitError,
} from '@vmcorekit/core';
import { SHF_COMPRESSED } from '../elf-constants.ts';
import type { Section } from '../vmlinux/section-headers.ts';
import { wordReader } from '../word-reader.ts';

/** A section of Linux's has 200 MB; a compressed one is unpacked as a whole. */
const unpackedLimitInBytes = 1024 * 1024 * 1024;
/** ch_type. Source: gABI, "Section Compression". */
const methods: ReadonlyMap<number, string> = new Map([
  [1, 'zlib'],
  [2, 'zstd'],
]);
/** Where each field lies in a compression header. Source: gABI, "Section Compression". */
const layouts = {
  32: { sizeInBytes: 12, size: 4 },
  64: { sizeInBytes: 24, size: 8 },
} as const;

/** The codecs for compressed sections that the caller has, by method. */
export type SectionCodecs = ReadonlyMap<string, Compressor>;

/** How a file encodes its numbers. */
export interface FileEncoding {
  readonly byteOrder: ByteOrder;
  readonly wordSizeInBits: 32 | 64;
}

/** A section of debug information. One that is not compressed is read as needed. */
export interface DebugSection {
  readonly name: string;
  readonly sizeInBytes: number;
  /** Throws `truncated` where the section does not hold it. */
  read(offset: number, lengthInBytes: number): Uint8Array;
}

/** How a section is compressed; undefined where it is not, or in a way that is not known. */
export function methodOf(
  source: ByteSource,
  section: Section,
  encoding: FileEncoding,
): string | undefined {
  return (section.sh_flags & SHF_COMPRESSED) === 0
    ? undefined
    : methods.get(headerOf(source, section, encoding).ch_type);
}

/**
 * Opens a section. Unpacks a compressed one. Throws `truncated`, `malformed`, `bad-data`, or
 * `unsupported` where no codec unpacks it.
 */
export function openSection(
  source: ByteSource,
  section: Section,
  encoding: FileEncoding,
  codecs: SectionCodecs,
): DebugSection {
  const { name, sh_offset, fileSizeInBytes } = section;
  if ((section.sh_flags & SHF_COMPRESSED) === 0) {
    return {
      name,
      sizeInBytes: fileSizeInBytes,
      read(offset, lengthInBytes) {
        if (offset + lengthInBytes > fileSizeInBytes) {
          throw beyond(name, offset, lengthInBytes, fileSizeInBytes);
        }
        return readExactly(source, sh_offset + offset, lengthInBytes, `section ${name}`);
      },
    };
  }
  const bytes = unpacked(source, section, encoding, codecs);
  return {
    name,
    sizeInBytes: bytes.length,
    read(offset, lengthInBytes) {
      if (offset + lengthInBytes > bytes.length) {
        throw beyond(name, offset, lengthInBytes, bytes.length);
      }
      return bytes.subarray(offset, offset + lengthInBytes);
    },
  };
}

function unpacked(
  source: ByteSource,
  section: Section,
  encoding: FileEncoding,
  codecs: SectionCodecs,
): Uint8Array {
  const { name, sh_offset, fileSizeInBytes } = section;
  const { ch_type, ch_size } = headerOf(source, section, encoding);
  const method = methods.get(ch_type);
  const codec = method === undefined ? undefined : codecs.get(method);
  if (codec === undefined) {
    throw new VmcorekitError('unsupported', {
      what: `section ${name} is compressed with ${method ?? `the method ${ch_type}`}, which is not unpacked here`,
      advice: 'unpack it first: objcopy --decompress-debug-sections FILE',
    });
  }
  if (ch_size > unpackedLimitInBytes) {
    throw new VmcorekitError('malformed', {
      structure: `section ${name}`,
      fileOffset: sh_offset,
      field: 'ch_size',
      wanted: `at most ${unpackedLimitInBytes}`,
      got: ch_size,
    });
  }
  const head = layouts[encoding.wordSizeInBits].sizeInBytes;
  const packed = readExactly(source, sh_offset + head, fileSizeInBytes - head, `section ${name}`);
  const bytes = new Uint8Array(ch_size);
  return bytes.subarray(0, codec.decode(packed, bytes));
}

function headerOf(
  source: ByteSource,
  { name, sh_offset, fileSizeInBytes }: Section,
  { byteOrder, wordSizeInBits }: FileEncoding,
): { readonly ch_type: number; readonly ch_size: number } {
  const { sizeInBytes, size } = layouts[wordSizeInBits];
  if (fileSizeInBytes < sizeInBytes) {
    throw beyond(name, 0, sizeInBytes, fileSizeInBytes);
  }
  const words = wordReader(
    readExactly(source, sh_offset, sizeInBytes, `section ${name}`),
    byteOrder,
    wordSizeInBits,
  );
  return { ch_type: words.uint32(0), ch_size: words.word(size) };
}

function beyond(name: string, fileOffset: number, wanted: number, size: number): VmcorekitError {
  return new VmcorekitError('truncated', {
    structure: `section ${name}`,
    fileOffset,
    wanted,
    got: Math.max(0, size - fileOffset),
  });
}
