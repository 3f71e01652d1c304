import { blockCodecs } from '@vmcorekit/compressors';
import { type ByteSource, hex, readExactly, VmcorekitError } from '@vmcorekit/core';
import { malformed } from './malformed.ts';
import { VariableLength } from './variable-length.ts';

/** Source: the .xz file format, section 3.1. */
const flags = { filters: 0x03, reserved: 0x3c, hasPacked: 0x40, hasUnpacked: 0x80 } as const;
/** Source: the .xz file format, section 5.3. */
const filterNames: ReadonlyMap<number, string> = new Map([
  [3, 'Delta'],
  [4, 'BCJ x86'],
  [5, 'BCJ PowerPC'],
  [6, 'BCJ IA-64'],
  [7, 'BCJ ARM'],
  [8, 'BCJ ARM-Thumb'],
  [9, 'BCJ SPARC'],
  [10, 'BCJ ARM64'],
  [11, 'BCJ RISC-V'],
]);
const LZMA2 = 0x21;
/** xz -9 has 64 MiB. */
const maxDictionaryInBytes: number = 128 << 20;
const structure = 'xz block header';

export interface XzBlock {
  /** File offset of its first chunk. */
  readonly chunksAt: number;
  readonly dictionaryInBytes: number;
}

/**
 * Reads the header of a block; undefined where the index begins. Throws `truncated`, `malformed`,
 * and `unsupported` for filters before LZMA2.
 */
export function readBlockHeader(file: ByteSource, fileOffset: number): XzBlock | undefined {
  const [size = 0] = readExactly(file, fileOffset, 1, structure);
  if (size === 0) {
    return undefined;
  }
  const bytes = readExactly(file, fileOffset, (size + 1) * 4, structure);
  const end = bytes.length - 4;
  const wanted = new DataView(bytes.buffer).getUint32(end, true);
  const sum = blockCodecs().crc32(bytes.subarray(0, end));
  if (sum !== wanted) {
    throw malformed(structure, fileOffset, 'CRC32', hex(sum), wanted);
  }
  const given = bytes[1] ?? 0;
  if ((given & flags.reserved) !== 0) {
    throw malformed(structure, fileOffset, 'flags', 'reserved bits 0', given);
  }
  const fields = new VariableLength(bytes.subarray(0, end), 2, structure, fileOffset);
  if ((given & flags.hasPacked) !== 0) {
    fields.next('compressed size');
  }
  if ((given & flags.hasUnpacked) !== 0) {
    fields.next('uncompressed size');
  }
  const filter = fields.next('filter');
  const propertiesInBytes = fields.next('size of properties');
  if ((given & flags.filters) !== 0 || filter !== LZMA2 || propertiesInBytes !== 1) {
    throw new VmcorekitError('unsupported', {
      what: `the xz block at ${hex(fileOffset)} of ${file.name} has the filter ${filterNames.get(filter) ?? hex(filter)}`,
      advice: 'decompress it first: xz -dc FILE > DUMP',
    });
  }
  const dictionaryInBytes = dictionaryOf(bytes[fields.at] ?? 0);
  if (dictionaryInBytes > maxDictionaryInBytes) {
    throw new VmcorekitError('unsupported', {
      what: `the xz block at ${hex(fileOffset)} of ${file.name} wants a dictionary of ${dictionaryInBytes} bytes, more than ${maxDictionaryInBytes}`,
      advice: 'decompress it first: xz -dc FILE > DUMP',
    });
  }
  return { chunksAt: fileOffset + bytes.length, dictionaryInBytes };
}

/** Source: the .xz file format, section 5.3.1. */
function dictionaryOf(bits: number): number {
  return bits > 40
    ? Infinity
    : bits === 40
      ? 2 ** 32 - 1
      : (2 | (bits & 1)) * 2 ** ((bits >> 1) + 11);
}
