import { type Bzip2Blocks, bzip2PackedInBytes } from '@vmcorekit/compressors';
import {
  type ByteSource,
  type Damage,
  hasAt,
  hex,
  isVmcorekitError,
  VmcorekitError,
} from '@vmcorekit/core';
import { trailing } from '../contents.ts';
import type { Piece } from '../spool.ts';

/** A block that was decoded whole. */
export interface Bzip2Block {
  /** File offset of its head in bits. */
  readonly bit: number;
  /** The level of its stream: what a block holds at most before runs are expanded. */
  readonly level: number;
  /** File offset of the byte after it. */
  readonly end: number;
  readonly unpackedInBytes: number;
}

/** Source: the bzip2 file format; block and end have 48 bits and a checksum of 32. */
const blockMagic = 0x314159265359;
const endMagic = 0x177245385090;
const magicBits = 48;
const headBits = 80;
const streamHeaderInBytes = 4;
const levelInBytes = 100_000;
const nothing = new Uint8Array(0);

/**
 * Decodes all streams of a file, from the start. `onBlock` gets each block whose checksum is right.
 */
export function* bzip2Pieces(
  file: ByteSource,
  blocks: Bzip2Blocks,
  onBlock: (block: Bzip2Block) => void,
): Generator<Piece, readonly Damage[], void> {
  const window = new PackedWindow(file);
  for (let at = 0; at < file.sizeInBytes; ) {
    const level = levelAt(file, at);
    if (level === undefined) {
      return trailing(file, at, 'bzip2 stream');
    }
    at = yield* streamInPieces(file, at, level, blocks, window, onBlock);
    yield { bytes: nothing, fileOffset: at };
  }
  return [];
}

/** Decodes a stream. Returns where it ends. */
function* streamInPieces(
  file: ByteSource,
  fileOffset: number,
  level: number,
  blocks: Bzip2Blocks,
  window: PackedWindow,
  onBlock: (block: Bzip2Block) => void,
): Generator<Piece, number, void> {
  let bit = 8 * (fileOffset + streamHeaderInBytes);
  let combined = 0;
  for (;;) {
    const at = Math.floor(bit / 8);
    const packed = window.from(at);
    const first = bit - 8 * at;
    if (8 * packed.length < first + headBits) {
      throw cut(file, at);
    }
    const magic = bitsAt(packed, first, magicBits);
    const crc = bitsAt(packed, first + magicBits, 32);
    if (magic === endMagic) {
      if (crc !== combined) {
        throw badData(
          at,
          `the stream's checksum is ${hex(crc)}, that of its blocks ${hex(combined)}`,
        );
      }
      return Math.ceil((bit + headBits) / 8);
    }
    if (magic !== blockMagic) {
      throw badData(at, `a block begins with ${hex(magic)}, wanted ${hex(blockMagic)}`);
    }
    const end = readBlock(file, at, packed, first + headBits, level, blocks);
    let unpackedInBytes = 0;
    for (let bytes = blocks.next(); bytes.length > 0; bytes = blocks.next()) {
      unpackedInBytes += bytes.length;
      yield { bytes, fileOffset: at };
    }
    const isRight = blocks.checksum === crc;
    yield { bytes: nothing, fileOffset: at, checksum: isRight ? 'right' : 'wrong' };
    if (!isRight) {
      throw badData(
        at,
        `a block's checksum is ${hex(crc)}, that of its contents ${hex(blocks.checksum)}`,
      );
    }
    onBlock({ bit, level, end: at + Math.ceil(end / 8), unpackedInBytes });
    combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
    bit = 8 * at + end;
  }
}

/** The packed bytes from a place on, each read once as the place moves through the file. */
class PackedWindow {
  readonly #file: ByteSource;
  /** Room for two blocks, so that it moves only once in a while. */
  readonly #buffer: Uint8Array;
  #start = 0;
  #end = 0;

  constructor(file: ByteSource) {
    this.#file = file;
    this.#buffer = new Uint8Array(Math.min(2 * bzip2PackedInBytes, file.sizeInBytes));
  }

  /** As much as a block takes at most; less at the end of the file. Valid until the next call. */
  from(fileOffset: number): Uint8Array {
    const wanted = Math.min(bzip2PackedInBytes, this.#file.sizeInBytes - fileOffset);
    if (fileOffset + wanted > this.#end) {
      this.#move(fileOffset);
    }
    const at = fileOffset - this.#start;
    return this.#buffer.subarray(at, Math.min(at + wanted, this.#end - this.#start));
  }

  #move(fileOffset: number): void {
    const kept = Math.max(0, this.#end - fileOffset);
    this.#buffer.copyWithin(0, this.#end - this.#start - kept, this.#end - this.#start);
    const got = this.#file.readInto(fileOffset + kept, this.#buffer.subarray(kept));
    this.#start = fileOffset;
    this.#end = fileOffset + kept + got;
  }
}

function readBlock(
  file: ByteSource,
  fileOffset: number,
  packed: Uint8Array,
  bit: number,
  level: number,
  blocks: Bzip2Blocks,
): number {
  try {
    return blocks.read(packed, bit, level * levelInBytes);
  } catch (error) {
    if (!isVmcorekitError(error, 'bad-data')) {
      throw error;
    }
    // Zeros were read in place of what is missing, and they may mean anything.
    throw fileOffset + packed.length === file.sizeInBytes && packed.length < bzip2PackedInBytes / 2
      ? asCut(file, fileOffset, error)
      : badData(fileOffset, error.facts.because);
  }
}

function asCut(
  file: ByteSource,
  fileOffset: number,
  error: VmcorekitError<'bad-data'>,
): VmcorekitError {
  return error.facts.because.startsWith('the stream ends early')
    ? cut(file, fileOffset)
    : badData(fileOffset, error.facts.because);
}

/** Decodes one block into all of `unpacked`; `bit` is that of its head in `packed`. */
export function decodeBlock(
  packed: Uint8Array,
  bit: number,
  level: number,
  unpacked: Uint8Array,
  blocks: Bzip2Blocks,
): number {
  blocks.read(packed, bit + headBits, level * levelInBytes);
  let done = 0;
  for (let bytes = blocks.next(); bytes.length > 0; bytes = blocks.next()) {
    if (bytes.length > unpacked.length - done) {
      throw badData(0, `it holds more than the ${unpacked.length} bytes of the index`);
    }
    unpacked.set(bytes, done);
    done += bytes.length;
  }
  const crc = bitsAt(packed, bit + magicBits, 32);
  if (blocks.checksum !== crc) {
    throw badData(0, `its checksum is ${hex(crc)}, that of its contents ${hex(blocks.checksum)}`);
  }
  return done;
}

function levelAt(file: ByteSource, fileOffset: number): number | undefined {
  const bytes = new Uint8Array(streamHeaderInBytes);
  file.readInto(fileOffset, bytes);
  const level = (bytes[3] ?? 0) - 0x30;
  return hasAt(bytes, 0, 'BZh') && level >= 1 && level <= 9 ? level : undefined;
}

/** A number of up to 53 bits, the highest first. */
function bitsAt(bytes: Uint8Array, bit: number, count: number): number {
  let value = 0;
  for (let index = bit; index < bit + count; index++) {
    value = value * 2 + (((bytes[index >> 3] ?? 0) >> (7 - (index & 7))) & 1);
  }
  return value;
}

function cut({ sizeInBytes }: ByteSource, fileOffset: number): VmcorekitError {
  const got = Math.max(0, sizeInBytes - fileOffset);
  const facts = { structure: 'bzip2 block', fileOffset, wanted: got + 1, got };
  return new VmcorekitError('truncated', { ...facts, fileSize: sizeInBytes });
}

function badData(fileOffset: number, because: string): VmcorekitError {
  return new VmcorekitError('bad-data', { codec: 'bzip2', because, fileOffset });
}
