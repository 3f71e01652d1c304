import { blockCodecs, Inflater } from '@vmcorekit/compressors';
import { type Compressor, plural, VmcorekitError } from '@vmcorekit/core';
import type { Aff4Compression } from './vocabulary.ts';

/** What a codec is here: ready, or why not. */
export type MaybeCodec = Compressor | VmcorekitError;

export interface Aff4Codecs {
  readonly zlib: MaybeCodec;
  readonly snappy: MaybeCodec;
}

/** Decodes one chunk into the start of the room, and returns the number of bytes. */
type Decode = (packed: Uint8Array, room: Uint8Array) => number;

/**
 * Room for one chunk, for all streams of a volume: a hostile one has any number of streams. No two
 * chunks are decoded at a time.
 */
export class ChunkRoom {
  #bytes: Uint8Array = new Uint8Array(0);

  of(lengthInBytes: number): Uint8Array {
    if (this.#bytes.length < lengthInBytes) {
      this.#bytes = new Uint8Array(lengthInBytes);
    }
    return this.#bytes.subarray(0, lengthInBytes);
  }
}

export interface ChunkLayout {
  readonly compression: Aff4Compression;
  readonly chunkInBytes: number;
  /** `Bevies.isOfOldPmem`. */
  readonly isOfOldPmem: boolean;
}

/**
 * Decodes the chunks of a stream. A chunk that is as long as its contents is stored, whatever the
 * stream's method; but pmem packed each by snappy before the standard. Source: AFF4 Standard 1.0,
 * 3.2; pyaff4, aff4_image.py.
 */
export class ChunkDecoder {
  readonly #decode: Decode;
  readonly #isStoredByLength: boolean;
  readonly #chunkInBytes: number;
  readonly #room: ChunkRoom;

  /** Throws what kept a codec from being ready. */
  constructor(layout: ChunkLayout, codecs: Aff4Codecs, room: ChunkRoom) {
    const { compression, chunkInBytes, isOfOldPmem } = layout;
    this.#decode = decoderOf(compression, codecs);
    this.#isStoredByLength = !(isOfOldPmem && compression === 'snappy-always');
    this.#chunkInBytes = chunkInBytes;
    this.#room = room;
  }

  /** Fills `unpacked`, which is shorter than a chunk where the stream ends in it. */
  decode(packed: Uint8Array, unpacked: Uint8Array): number {
    const decode =
      this.#isStoredByLength && packed.length === this.#chunkInBytes ? copy : this.#decode;
    if (unpacked.length === this.#chunkInBytes) {
      return decode(packed, unpacked);
    }
    // The last chunk is padded.
    const room = this.#room.of(this.#chunkInBytes);
    const got = Math.min(unpacked.length, decode(packed, room));
    unpacked.set(room.subarray(0, got));
    return got;
  }
}

function decoderOf(compression: Aff4Compression, { zlib, snappy }: Aff4Codecs): Decode {
  switch (compression) {
    case 'stored':
      return copy;
    case 'zlib':
      return withCodec(zlib);
    case 'snappy':
    case 'snappy-always':
      return withCodec(snappy);
    case 'lz4':
      return (packed, room) => blockCodecs().lz4(packed, room);
    case 'deflate':
      return inflate;
  }
}

function withCodec(codec: MaybeCodec): Decode {
  if (codec instanceof VmcorekitError) {
    throw codec;
  }
  return (packed, room) => codec.decode(packed, room);
}

function copy(packed: Uint8Array, room: Uint8Array): number {
  if (packed.length > room.length) {
    throw bad(`it stores ${plural(packed.length, 'byte')}, wanted at most ${room.length}`);
  }
  room.set(packed);
  return packed.length;
}

let inflater: Inflater | undefined;

/** Deflate without the head and the checksum of zlib. */
function inflate(packed: Uint8Array, room: Uint8Array): number {
  inflater ??= new Inflater('aff4');
  let done = 0;
  const read = (at: number, target: Uint8Array): number => {
    const part = packed.subarray(at, at + target.length);
    target.set(part);
    return part.length;
  };
  inflater.begin(read, { bit: 0, blockBit: 0 }, new Uint8Array(0));
  for (let isEnded = false; !isEnded; inflater.clear()) {
    isEnded = inflater.next(room.length - done + 1) === 'ended';
    const { output } = inflater;
    if (done + output.length > room.length) {
      throw bad(`it holds more than ${plural(room.length, 'byte')}`);
    }
    room.set(output, done);
    done += output.length;
  }
  return done;
}

function bad(because: string): VmcorekitError<'bad-data'> {
  return new VmcorekitError('bad-data', { codec: 'aff4', because });
}
