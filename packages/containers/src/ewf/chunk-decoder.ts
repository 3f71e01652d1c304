import { blockCodecs } from '@vmcorekit/compressors';
import {
  type ByteRange,
  type ByteSource,
  type Compressor,
  hex,
  isVmcorekitError,
  readExactly,
  VmcorekitError,
} from '@vmcorekit/core';

/** What messages call the decoder. */
export const codec = 'ewf';
const checksumInBytes = 4;
/** More than any encoder adds to what it cannot compress. */
const maxOverheadInBytes: number = 64 << 10;

/** Decodes chunks, and checks their checksums. */
export class ChunkDecoder {
  readonly #zlib: Compressor;
  /** As large as a chunk. */
  readonly #scratch: Uint8Array;

  constructor(zlib: Compressor, chunkInBytes: number) {
    this.#zlib = zlib;
    this.#scratch = new Uint8Array(chunkInBytes);
  }

  /** Decodes into `unpacked` and returns the number of bytes. Throws `bad-data`. */
  decode(packed: Uint8Array, unpacked: Uint8Array, isPacked: boolean): number {
    return isPacked ? this.#zlib.decode(packed, unpacked) : copyStored(packed, unpacked);
  }

  /** Decodes a last chunk, which may hold more than is wanted of it. */
  decodeLast(packed: Uint8Array, unpacked: Uint8Array, isPacked: boolean): number {
    const got = Math.min(unpacked.length, this.decode(packed, this.#scratch, isPacked));
    unpacked.set(this.#scratch.subarray(0, got));
    return got;
  }

  /** The number of bytes in a chunk; null where it is damaged. */
  lengthOf(file: ByteSource, place: ByteRange, isPacked: boolean): number | null {
    if (place.lengthInBytes > 2 * this.#scratch.length + maxOverheadInBytes) {
      return null;
    }
    try {
      const packed = readExactly(file, place.offset, place.lengthInBytes, 'EWF chunk');
      return this.decode(packed, this.#scratch, isPacked);
    } catch (error) {
      if (isVmcorekitError(error, 'bad-data') || isVmcorekitError(error, 'truncated')) {
        return null;
      }
      throw error;
    }
  }
}

/** A chunk that is not compressed ends with the Adler-32 of its bytes. */
function copyStored(packed: Uint8Array, unpacked: Uint8Array): number {
  const length = Math.max(0, Math.min(packed.length - checksumInBytes, unpacked.length));
  const stored = packed.subarray(0, length);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const wanted = length === 0 ? 0 : view.getUint32(length, true);
  const sum = blockCodecs().adler32(stored);
  if (sum !== wanted) {
    const because = `its Adler-32 is ${hex(wanted)}, that of its bytes ${hex(sum)}`;
    throw new VmcorekitError('bad-data', { codec, because });
  }
  unpacked.set(stored);
  return length;
}
