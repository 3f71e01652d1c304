import {
  type ByteSource,
  type Compressor,
  type DecodeBlock,
  hex,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import { maskedCrc32c } from './crc32c.ts';

/**
 * Snappy's framing format: chunks of u8 type and u24 length of what follows. Before data stands its
 * masked CRC-32C. Source: google/snappy, framing_format.txt.
 */
const headSizeInBytes = 4;
const sumSizeInBytes = 4;
const dataAt = headSizeInBytes + sumSizeInBytes;
const compressed = 0x00;
const stored = 0x01;
const firstSkippable = 0x80;
/** 0xff, 6, `sNaPpY`: what a stream begins with. */
export const streamIdentifier: string = '\xff\x06\x00\x00sNaPpY';
/** A length of 64 KiB takes three bytes of seven bits. */
const maxLengthInBytes = 3;
export const maxUnpackedInBytes: number = 64 * 1024;

/** One chunk of a stream. */
export interface Chunk {
  readonly packedSizeInBytes: number;
  /** 0 of one without data. */
  readonly unpackedSizeInBytes: number;
}

/** The chunk at an offset, or why none is there. */
export function chunkAt(source: ByteSource, fileOffset: number): Chunk | string {
  const bytes = new Uint8Array(dataAt + maxLengthInBytes);
  const got = bytes.subarray(0, source.readInto(fileOffset, bytes));
  if (got.length < headSizeInBytes) {
    return 'the file ends';
  }
  const head = new StructView(got, 'little', 'snappy chunk', fileOffset).uint32(0);
  const type = head & 0xff;
  const packedSizeInBytes = headSizeInBytes + (head >>> 8);
  if (fileOffset + packedSizeInBytes > source.sizeInBytes) {
    return 'the file ends within a chunk';
  }
  if (type >= firstSkippable) {
    return { packedSizeInBytes, unpackedSizeInBytes: 0 };
  }
  if (type !== compressed && type !== stored) {
    return `a chunk has type ${hex(type)}, which is not known`;
  }
  const unpackedSizeInBytes =
    type === stored ? packedSizeInBytes - dataAt : lengthIn(got.subarray(dataAt));
  return packedSizeInBytes <= dataAt ||
    unpackedSizeInBytes <= 0 ||
    unpackedSizeInBytes > maxUnpackedInBytes
    ? `a chunk of ${packedSizeInBytes} bytes states that it holds ${unpackedSizeInBytes}`
    : { packedSizeInBytes, unpackedSizeInBytes };
}

/** The length that raw snappy data begins with; too large for a chunk where it does not end. */
function lengthIn(bytes: Uint8Array): number {
  let length = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) {
      return length;
    }
  }
  return maxUnpackedInBytes + 1;
}

/** Decodes chunks, and holds each against its CRC-32C. */
export function chunkDecoder(snappy: Compressor): DecodeBlock {
  return (packed, unpacked) => {
    const view = new StructView(packed, 'little', 'snappy chunk');
    const data = packed.subarray(dataAt);
    if (view.uint8(0) === stored) {
      unpacked.set(data);
    } else if (snappy.decode(data, unpacked) !== unpacked.length) {
      throw badData('it holds less than it states');
    }
    const [wanted, sum] = [view.uint32(headSizeInBytes), maskedCrc32c(unpacked)];
    if (sum !== wanted) {
      throw badData(`its CRC-32C is ${hex(sum)}, wanted ${hex(wanted)}`);
    }
    return unpacked.length;
  };
}

function badData(because: string): VmcorekitError<'bad-data'> {
  return new VmcorekitError('bad-data', { codec: 'framed snappy', because });
}
