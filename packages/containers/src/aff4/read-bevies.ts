import {
  type BlockIndex,
  type ByteRange,
  hex,
  type OpenContext,
  type Progress,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import { checkUnpacked } from '../contents.ts';
import { damageIn } from '../ewf/damage-in.ts';
import type { LostPart } from '../lost-parts.ts';
import { BoundedIndex } from '../packed-blocks.ts';
import { elsewhere } from './read-map.ts';
import { type Aff4Property, valuesOf } from './vocabulary.ts';
import type { Aff4Volume } from './volume.ts';

/** An entry of a bevy's index. Source: AFF4 Standard 1.0, 3. */
const entry = { offset: 0, length: 8, sizeInBytes: 12 } as const;
/** Before the standard: an offset a chunk. Source: pyaff4, aff4_image.py. */
const oldEntryInBytes = 4;
/** Programs use 32 KiB; Evimetry up to 1 MiB. */
const maxChunkInBytes: number = 16 << 20;
/** Programs use 1024 or 2048. */
const maxChunksInBevy: number = 1 << 20;
const usualChunkInBytes: number = 32 << 10;
const usualChunksInBevy = 1024;
const structure = 'AFF4 image stream';

export interface Bevies {
  readonly chunkInBytes: number;
  /** Where each chunk lies in the archive; a lost bevy is one block without bytes. */
  readonly index: BlockIndex;
  readonly lost: readonly LostPart[];
  /** Whether pmem wrote it before the standard: its indexes list where chunks begin. */
  readonly isOfOldPmem: boolean;
}

/** A number that a stream states; null where it states none. Throws `malformed` out of bounds. */
export function numberOf(
  volume: Aff4Volume,
  urn: string,
  property: Aff4Property,
  least: number,
  most: number,
): number | null {
  const [value] = valuesOf(volume.graph, urn, property);
  if (value === undefined) {
    return null;
  }
  const number = /^\+?\d{1,16}$/.test(value.value) ? Number(value.value) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw new VmcorekitError('malformed', {
      structure: `${structure} ${volume.nameOf(urn)}`,
      fileOffset: 0,
      field: property,
      wanted: `a number from ${least} to ${most}`,
      got: value.value.slice(0, 40),
    });
  }
  return number;
}

/**
 * Finds the chunks of a stream, bevy by bevy. What the archive lacks is lost. Throws `malformed`,
 * and `unsupported` where it has none of them, or where a bevy is packed itself.
 */
export function* readBevies(
  volume: Aff4Volume,
  urn: string,
  context: OpenContext,
): Generator<Progress, Bevies, void> {
  const chunkInBytes = numberOf(volume, urn, 'chunkSize', 1, maxChunkInBytes) ?? usualChunkInBytes;
  const chunksInBevy =
    numberOf(volume, urn, 'chunksInSegment', 1, maxChunksInBevy) ?? usualChunksInBevy;
  const sizeInBytes = numberOf(volume, urn, 'size', 0, Number.MAX_SAFE_INTEGER);
  checkUnpacked(context, structure, 0, sizeInBytes ?? 0);
  const list = new ChunkList(chunkInBytes, sizeInBytes);
  const bevyInBytes = chunkInBytes * chunksInBevy;
  let isOfOldPmem = false;
  let found = 0;
  for (let bevy = 0; sizeInBytes === null || bevy * bevyInBytes < sizeInBytes; bevy++) {
    const wanted = Math.min(chunksInBevy, list.chunksLeft);
    const name = `${urn}/${String(bevy).padStart(8, '0')}`;
    const data = volume.memberOf(name);
    const index = volume.memberOf(`${name}.index`);
    const oldIndex = volume.memberOf(`${name}/index`);
    if (data === undefined || (index ?? oldIndex) === undefined) {
      if (sizeInBytes === null) {
        break;
      }
      // A size may be any number: what follows the last bevy is one stretch.
      const isAny = found < volume.archive.entries.length && bevy <= volume.archive.entries.length;
      list.addLost(isAny ? wanted : list.chunksLeft, `bevy ${bevy} is not in the archive`);
      if (!isAny) {
        break;
      }
      continue;
    }
    found += 1;
    yield { kind: 'progress', doing: 'reading the index of an AFF4 stream', fraction: null };
    try {
      const place = placeOf(volume, data);
      const bytes = volume.archive.readWhole(
        { name: index ?? oldIndex ?? '' },
        chunksInBevy * entry.sizeInBytes,
      );
      isOfOldPmem ||= index === undefined && areStarts(bytes);
      const chunks =
        index === undefined
          ? oldChunks(bytes, place.lengthInBytes)
          : newChunks(bytes, `${structure}: ${index}`);
      list.addBevy(place, chunks, sizeInBytes === null ? chunks.length : wanted, bevy);
    } catch (error) {
      list.addLost(wanted, `bevy ${bevy}: ${damageIn(error).message}`);
    }
    checkUnpacked(context, structure, 0, list.index.unpackedSizeInBytes);
  }
  if (found === 0 && sizeInBytes !== 0) {
    throw elsewhere(volume.nameOf(urn));
  }
  return { chunkInBytes, index: list.index.trim(), lost: list.lost, isOfOldPmem };
}

function placeOf({ archive }: Aff4Volume, name: string): ByteRange {
  const place = archive.storedRange({ name });
  if (place === undefined) {
    throw new VmcorekitError('unsupported', {
      what: `${name}, a bevy of AFF4 that the archive compresses once more`,
      advice: 'export the image with aff4imager, and give that file',
    });
  }
  return place;
}

type Chunks = readonly ByteRange[];

function newChunks(bytes: Uint8Array, name: string): Chunks {
  const view = new StructView(bytes, 'little', name);
  return Array.from({ length: Math.floor(bytes.length / entry.sizeInBytes) }, (_, index) => ({
    offset: view.uint53(index * entry.sizeInBytes + entry.offset, 'chunk offset'),
    lengthInBytes: view.uint32(index * entry.sizeInBytes + entry.length),
  }));
}

/** pmem lists where chunks begin, and Evimetry where they end: the first one begins at 0. */
function areStarts(bytes: Uint8Array): boolean {
  return bytes.subarray(0, oldEntryInBytes).every((byte) => byte === 0);
}

function oldChunks(bytes: Uint8Array, bevyInBytes: number): Chunks {
  const view = new StructView(bytes, 'little', structure);
  const offsets = Array.from({ length: Math.floor(bytes.length / oldEntryInBytes) }, (_, index) =>
    view.uint32(index * oldEntryInBytes),
  );
  const isOfStarts = areStarts(bytes);
  const starts = isOfStarts ? offsets : [0, ...offsets.slice(0, -1)];
  const ends = isOfStarts ? [...offsets.slice(1), bevyInBytes] : offsets;
  return starts.map((offset, index) => ({
    offset,
    lengthInBytes: (ends[index] ?? offset) - offset,
  }));
}

class ChunkList {
  readonly index: BoundedIndex = new BoundedIndex(
    'aff4',
    'export the memory in it with aff4imager',
  );
  readonly lost: LostPart[] = [];
  readonly #chunkInBytes: number;
  readonly #sizeInBytes: number | null;

  constructor(chunkInBytes: number, sizeInBytes: number | null) {
    this.#chunkInBytes = chunkInBytes;
    this.#sizeInBytes = sizeInBytes;
  }

  get chunksLeft(): number {
    return Math.ceil((this.#end - this.index.unpackedSizeInBytes) / this.#chunkInBytes);
  }

  addBevy(place: ByteRange, chunks: Chunks, count: number, bevy: number): void {
    for (let number = 0; number < count; number++) {
      const chunk = chunks[number];
      if (chunk === undefined) {
        this.addLost(count - number, `the index of bevy ${bevy} has only ${chunks.length} chunks`);
        return;
      }
      const { offset, lengthInBytes } = chunk;
      if (lengthInBytes <= 0 || offset + lengthInBytes > place.lengthInBytes) {
        const where = `${lengthInBytes} bytes at ${hex(offset)} of ${hex(place.lengthInBytes)}`;
        this.addLost(1, `chunk ${number} of bevy ${bevy} cannot be ${where}`);
      } else {
        this.index.push(place.offset + offset, lengthInBytes, this.#sizeOf(1));
      }
    }
  }

  /** As one block. */
  addLost(count: number, because: string): void {
    const lengthInBytes = this.#sizeOf(count);
    if (lengthInBytes > 0) {
      this.lost.push({ offset: this.index.unpackedSizeInBytes, lengthInBytes, because });
      this.index.push(0, 0, lengthInBytes);
    }
  }

  get #end(): number {
    return this.#sizeInBytes ?? Infinity;
  }

  #sizeOf(count: number): number {
    return Math.min(count * this.#chunkInBytes, this.#end - this.index.unpackedSizeInBytes);
  }
}
