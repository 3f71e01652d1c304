import { badData } from '../bad-data.ts';
import { refusal } from '../wasm/refusal.ts';
import { SlidingOutput, slackInBytes } from './sliding-output.ts';
import { alignedUp, type StreamExports, streamInstance } from './stream-exports.ts';

/** Sizes of a chunk, packed and not. Source: the .xz file format, section 5.3.1; LZMA SDK. */
const packedInBytes: number = 64 << 10;
const unpackedInBytes: number = 2 << 20;
const codec = 'xz';

/** What a chunk resets before it is decoded. */
export interface Lzma2Reset {
  readonly dictionary: boolean;
  readonly state: boolean;
  /** The byte of new properties, or null. */
  readonly properties: number | null;
}

/** The checksums of a block that are computed while it is decoded. */
export type XzCheck = 'none' | 'crc32' | 'crc64';

/**
 * Decodes the chunks of LZMA2 streams one after the other. Keeps what later chunks may refer to:
 * the dictionary, twice. What each call returns is a view, valid until the next.
 */
export class Lzma2Chunks {
  readonly #exports: StreamExports;
  readonly #inputAt: number;
  readonly #output: SlidingOutput;
  #check: XzCheck = 'none';
  #isChecked = true;
  #crc32 = 0;
  #hasProperties = false;

  /** Throws what the platform throws where it lacks WebAssembly or its vectors. */
  constructor() {
    this.#exports = streamInstance();
    this.#inputAt = alignedUp(this.#exports.freeFrom(), 16);
    const outputAt = this.#inputAt + packedInBytes + slackInBytes;
    this.#output = new SlidingOutput(this.#exports, outputAt, unpackedInBytes);
  }

  /**
   * Begins a block. The caller bounds its dictionary. `isChecked` is false where the checksum is of
   * other bytes than what the chunks hold: of those that the caller adds.
   */
  startBlock(dictionaryInBytes: number, check: XzCheck, isChecked: boolean = true): void {
    this.#output.start(dictionaryInBytes);
    this.#exports.lzmaStart();
    this.#exports.crc64Start();
    this.#check = check;
    this.#isChecked = isChecked;
    this.#crc32 = 0;
    this.#hasProperties = false;
  }

  /** A chunk that is stored. */
  stored(bytes: Uint8Array, resetsDictionary: boolean): Uint8Array {
    this.#makeRoom(resetsDictionary);
    this.#output.memory.set(bytes, this.#output.at);
    this.#exports.lzmaStored(bytes.length);
    return this.#take(bytes.length);
  }

  /** A compressed chunk that holds `lengthInBytes`. Throws `bad-data`. */
  compressed(bytes: Uint8Array, lengthInBytes: number, reset: Lzma2Reset): Uint8Array {
    this.#makeRoom(reset.dictionary);
    const { memory, at, first } = this.#output;
    if (reset.properties !== null) {
      this.#hasProperties = this.#exports.lzmaProperties(reset.properties) !== 0;
    }
    if (!this.#hasProperties) {
      throw badData(codec, 'a chunk without valid properties');
    }
    if (reset.state) {
      this.#exports.lzmaResetState();
    }
    memory.set(bytes, this.#inputAt);
    memory.fill(0, this.#inputAt + bytes.length, this.#inputAt + bytes.length + 64);
    const failure = this.#exports.lzmaChunk(this.#inputAt, bytes.length, at, lengthInBytes, first);
    if (failure !== 0) {
      throw refusal(codec, failure, bytes.length, lengthInBytes);
    }
    return this.#take(lengthInBytes);
  }

  /** The checksum of the block so far, as the file holds it; empty for `none`. */
  get checksum(): Uint8Array {
    const sums =
      this.#check === 'crc64'
        ? [this.#exports.crc64Low(), this.#exports.crc64High()]
        : this.#check === 'crc32'
          ? [this.#crc32]
          : [];
    const bytes = new Uint8Array(4 * sums.length);
    for (const [index, sum] of sums.entries()) {
      new DataView(bytes.buffer).setUint32(4 * index, sum >>> 0, true);
    }
    return bytes;
  }

  /** Adds bytes to the checksum of the block. */
  addToChecksum(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += packedInBytes) {
      const part = bytes.subarray(at, at + packedInBytes);
      this.#output.memory.set(part, this.#inputAt);
      this.#sum(this.#inputAt, part.length);
    }
  }

  #makeRoom(isEmptied: boolean): void {
    if (isEmptied) {
      this.#exports.lzmaStart();
      this.#output.at = this.#output.first;
    }
    this.#output.makeRoom();
  }

  #take(lengthInBytes: number): Uint8Array {
    if (this.#isChecked) {
      this.#sum(this.#output.at, lengthInBytes);
    }
    return this.#output.take(lengthInBytes);
  }

  #sum(at: number, lengthInBytes: number): void {
    if (this.#check === 'crc64') {
      this.#exports.crc64Add(at, lengthInBytes);
    } else if (this.#check === 'crc32') {
      this.#crc32 = this.#exports.crc32(at, lengthInBytes, this.#crc32);
    }
  }
}
