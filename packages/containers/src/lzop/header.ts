import { blockCodecs } from '@vmcorekit/compressors';
import { type ByteSource, hasAt, readExactly, StructView, VmcorekitError } from '@vmcorekit/core';

export const lzopMagic = '\x89LZO\0\r\n\x1a\n';
/** Source: the header that lzop writes, as Linux's lib/decompress_unlzo.c names its fields. */
export const flags = {
  adler32OfUnpacked: 0x1,
  adler32OfPacked: 0x2,
  extraField: 0x40,
  crc32OfUnpacked: 0x100,
  crc32OfPacked: 0x200,
  filter: 0x800,
  crc32OfHeader: 0x1000,
} as const;
const firstWithLevel = 0x940;
/** LZO1X-1, LZO1X-1(15) and LZO1X-999: one decoder reads them all. */
const lzo1xMethods: readonly number[] = [1, 2, 3];
const checksumInBytes = 4;
const structure = 'lzop header';
/** The name takes up to 255 bytes. */
const mostInBytes = 512;

export interface LzopHeader {
  /** File offset of the first block. */
  readonly blocksAt: number;
  readonly flags: number;
}

/** Reads the header of a file, or of one that follows another. Undefined where none begins. */
export function readLzopHeader(file: ByteSource, fileOffset: number): LzopHeader | undefined {
  const length = Math.max(0, Math.min(mostInBytes, file.sizeInBytes - fileOffset));
  const bytes = readExactly(file, fileOffset, length, structure);
  if (!hasAt(bytes, 0, lzopMagic)) {
    return undefined;
  }
  const view = new StructView(bytes, 'big', structure);
  const version = view.uint16(9);
  const isOld = version < firstWithLevel;
  const methodAt = isOld ? 13 : 15;
  const flagsAt = methodAt + (isOld ? 1 : 2);
  const given = view.uint32(flagsAt);
  refuseOther(file, view.uint8(methodAt), given);
  const nameAt = flagsAt + 4 + (isOld ? 8 : 12);
  const end = nameAt + 1 + view.uint8(nameAt);
  const wanted = view.uint32(end);
  const covered = bytes.subarray(lzopMagic.length, end);
  const isCrc = (given & flags.crc32OfHeader) !== 0;
  const sum = isCrc ? blockCodecs().crc32(covered) : blockCodecs().adler32(covered);
  if (sum !== wanted) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset,
      field: 'checksum',
      wanted: `that of the header, ${sum}`,
      got: wanted,
    });
  }
  const blocksAt = fileOffset + end + checksumInBytes;
  return { blocksAt: blocksAt + extraInBytes(file, blocksAt, given), flags: given };
}

function extraInBytes(file: ByteSource, fileOffset: number, given: number): number {
  if ((given & flags.extraField) === 0) {
    return 0;
  }
  const length = new StructView(readExactly(file, fileOffset, 4, structure), 'big', structure);
  return 4 + length.uint32(0) + checksumInBytes;
}

function refuseOther(file: ByteSource, method: number, given: number): void {
  if (!lzo1xMethods.includes(method) || (given & flags.filter) !== 0) {
    throw new VmcorekitError('unsupported', {
      what: `${file.name} is an lzop file with method ${method}${(given & flags.filter) === 0 ? '' : ' and a filter'}`,
      advice: 'decompress it first: lzop -dc FILE > DUMP',
    });
  }
}
