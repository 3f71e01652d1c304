import { deflateRawSync } from 'node:zlib';
import { blockCodecs } from '@vmcorekit/compressors';
import { concatenated } from '../contents.ts';

/** The header that apport writes: no name, no time, of the slowest level and an unknown system. */
const gzipHeader = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 0xff);
export const textFields =
  'ProblemType: KernelCrash\nArchitecture: amd64\nDmesg:\n one\n two: base64\n';

/** A text of its own in a line of its own. */
function lineOf(bytes: Uint8Array): string {
  return ` ${Buffer.from(bytes).toString('base64')}\n`;
}

/** A field as apport writes it: each piece of the file is a line. */
export function fieldOf(name: string, pieces: readonly Uint8Array[]): string {
  return `${name}: base64\n${pieces.map(lineOf).join('')}`;
}

/** The pieces of a gzip file: its header, raw deflate, and the last with the checksum and size. */
export function gzipPieces(data: Uint8Array, pieceInBytes: number): Uint8Array[] {
  const packed = deflateRawSync(data, { level: 9 });
  const trailer = new Uint8Array(8);
  const view = new DataView(trailer.buffer);
  view.setUint32(0, blockCodecs().crc32(data), true);
  view.setUint32(4, data.length, true);
  const rest = concatenated(packed, trailer);
  const pieces: Uint8Array[] = [gzipHeader];
  for (let at = 0; at < rest.length; at += pieceInBytes) {
    pieces.push(rest.subarray(at, at + pieceInBytes));
  }
  return pieces;
}
