import { blockCodecs } from '@vmcorekit/compressors';
import { type ByteSource, hex, readExactly, VmcorekitError } from '@vmcorekit/core';
import type { StatedFilter } from './filters/filter-chain.ts';
import { malformed } from './malformed.ts';
import { VariableLength } from './variable-length.ts';

/** Source: the .xz file format, section 3.1. */
const flags = { filters: 0x03, reserved: 0x3c, hasPacked: 0x40, hasUnpacked: 0x80 } as const;
const LZMA2 = 0x21;
/** Stands for 4 GiB - 1. */
const maxDictionaryBits = 40;
/** xz -9 has 64 MiB. */
const maxDictionaryInBytes: number = 128 << 20;
const structure = 'xz block header';

export interface XzBlock {
  /** File offset of its first chunk. */
  readonly chunksAt: number;
  readonly dictionaryInBytes: number;
  /** Undone after LZMA2, the last one first. */
  readonly filters: readonly StatedFilter[];
}

/**
 * Reads the header of a block; undefined where the index begins. Throws `truncated`, `malformed`,
 * and `unsupported` where the last filter is not LZMA2.
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
  const filters: StatedFilter[] = [];
  for (let left = (given & flags.filters) + 1; left > 0; left--) {
    const id = fields.next('filter');
    const length = fields.next('size of properties');
    if (fields.at + length > end) {
      throw malformed(structure, fileOffset, 'size of properties', `at most ${end}`, length);
    }
    filters.push({ id, properties: bytes.subarray(fields.at, fields.at + length) });
    fields.at += length;
  }
  const last = filters.pop();
  if (last?.id !== LZMA2 || last.properties.length !== 1) {
    throw refusedFilter(file, fileOffset, hex(last?.id ?? 0));
  }
  const bits = last.properties[0] ?? 0;
  if (bits > maxDictionaryBits) {
    throw malformed(structure, fileOffset, 'dictionary size', `at most ${maxDictionaryBits}`, bits);
  }
  const dictionaryInBytes = dictionaryOf(bits);
  if (dictionaryInBytes > maxDictionaryInBytes) {
    throw new VmcorekitError('unsupported', {
      what: `the xz block at ${hex(fileOffset)} of ${file.name} wants a dictionary of ${dictionaryInBytes} bytes, more than ${maxDictionaryInBytes}`,
      advice: 'decompress it first: xz -dc FILE > DUMP',
    });
  }
  return { chunksAt: fileOffset + bytes.length, dictionaryInBytes, filters };
}

/** For a filter that is not undone here. */
export function refusedFilter(
  file: ByteSource,
  fileOffset: number,
  filter: string,
): VmcorekitError<'unsupported'> {
  return new VmcorekitError('unsupported', {
    what: `the xz block at ${hex(fileOffset)} of ${file.name} has the filter ${filter}`,
    advice: 'decompress it first: xz -dc FILE > DUMP',
  });
}

/** Source: the .xz file format, section 5.3.1. */
function dictionaryOf(bits: number): number {
  return bits === maxDictionaryBits ? 2 ** 32 - 1 : (2 | (bits & 1)) * 2 ** ((bits >> 1) + 11);
}
