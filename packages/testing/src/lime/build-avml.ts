import { latin1Bytes } from '@vmcorekit/core';
import { StructWriter } from '../elf/struct-writer.ts';
import { buildLime, type LimeRangeSpec } from './build-lime.ts';

/** A range of AVML, and how its stream is packed. */
export interface AvmlRangeSpec extends Omit<LimeRangeSpec, 'magic'> {
  /** Packs a chunk; chunks are stored where left out, or where it gives no fewer bytes. */
  readonly pack?: (chunk: Uint8Array) => Uint8Array;
  /** The length after the stream, where it is not the stream's. */
  readonly length?: bigint;
}

const chunkSizeInBytes = 64 * 1024;

/** Builds a file that AVML compressed: each range as framed snappy, with its length after it. */
export function buildAvml(ranges: readonly AvmlRangeSpec[]): Uint8Array {
  return Buffer.concat(
    ranges.map(({ pack, length, ...range }) => {
      const stream = framed(range.data, pack);
      const trailer = new StructWriter(64, 'little');
      trailer.field(0, 'address', length ?? BigInt(stream.length));
      const { s_addr, data } = range;
      const e_addr = range.e_addr ?? s_addr + data.length - 1;
      const header = { magic: 0x4c4d5641, version: 2, ...range, e_addr, data: new Uint8Array(0) };
      return Buffer.concat([buildLime([header]), stream, trailer.bytes]);
    }),
  );
}

function framed(data: Uint8Array, pack?: (chunk: Uint8Array) => Uint8Array): Uint8Array {
  const chunks = [latin1Bytes('\xff\x06\x00\x00sNaPpY')];
  for (let at = 0; at < data.length; at += chunkSizeInBytes) {
    const chunk = data.subarray(at, at + chunkSizeInBytes);
    const packed = pack?.(chunk);
    const isPacked = packed !== undefined && packed.length < chunk.length;
    const body = isPacked ? packed : chunk;
    const head = new StructWriter(64, 'little');
    head.field(0, 'word', ((body.length + 4) << 8) | (isPacked ? 0 : 1));
    head.field(4, 'word', maskedSum(chunk));
    chunks.push(head.bytes, body);
  }
  return Buffer.concat(chunks);
}

/** CRC-32C of each byte. */
const sums = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) {
    sum = (sum >>> 1) ^ ((sum & 1) * 0x82f63b78);
  }
  return sum;
});

/** CRC-32C, masked, as google/snappy's framing_format.txt has it. */
function maskedSum(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum = (sums[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
  }
  const whole = ~sum >>> 0;
  return (((whole >>> 15) | (whole << 17)) + 0xa282ead8) >>> 0;
}
