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
import { type Aff4Property, soleValueOf } from './vocabulary.ts';
import type { Aff4Volume } from './volume.ts';
import type { VolumeBudget } from './volume-budget.ts';

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
/** No method makes a chunk longer than twice what it holds, and so much more. */
const maxOverheadInBytes = 1024;
const structure = 'AFF4 image stream';

export interface Bevies {
  readonly chunkInBytes: number;
  readonly chunksInBevy: number;
  /** Where each chunk lies in the archive; a lost bevy is one block without bytes. */
  readonly index: BlockIndex;
  readonly lost: readonly LostPart[];
  /** Whether pmem wrote it before the standard: its indexes list where chunks begin. */
  readonly isOfOldPmem: boolean;
}

/** A number that an object states; null where it states none. Throws `malformed` for any other. */
export function numberOf(
  volume: Aff4Volume,
  urn: string,
  property: Aff4Property,
  least: number,
  most: number,
): number | null {
  const value = soleValueOf(volume.graph, urn, property);
  if (value === undefined) {
    return null;
  }
  const number = /^\+?\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw new VmcorekitError('malformed', {
      structure: `${structure} ${volume.nameOf(urn)}`,
      fileOffset: 0,
      field: property,
      wanted: `a number from ${least} to ${most}`,
      got: value.slice(0, 40),
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
  const list = new ChunkList(volume.budget, chunkInBytes, sizeInBytes);
  const numbers = volume.beviesOf(urn);
  const last = numbers.at(-1) ?? 0;
  checkUnpacked(context, structure, 0, sizeInBytes ?? last * chunksInBevy * chunkInBytes);
  let isOfOldPmem = false;
  let found = 0;
  for (const bevy of numbers) {
    list.addMissing(bevy * chunksInBevy, chunksInBevy);
    const wanted = Math.min(chunksInBevy, list.chunksLeft);
    // Files after the stated size are none of its bevies.
    if (wanted === 0) {
      break;
    }
    const name = `${urn}/${String(bevy).padStart(8, '0')}`;
    const data = volume.memberOf(name);
    const index = volume.memberOf(`${name}.index`);
    const indexFile = index ?? volume.memberOf(`${name}/index`);
    if (data === undefined || indexFile === undefined) {
      const lacking = data === undefined ? 'bevy' : 'the index of bevy';
      const because = `${lacking} ${bevy} is not in the archive, or under several names`;
      list.addLost(wanted, because);
      continue;
    }
    found += 1;
    yield { kind: 'progress', doing: 'reading the index of an AFF4 stream', fraction: null };
    try {
      const place = placeOf(volume, data);
      const bytesAChunk = index === undefined ? oldEntryInBytes : entry.sizeInBytes;
      const maxInBytes = chunksInBevy * bytesAChunk;
      const indexInBytes = volume.sizeOfMember(indexFile) ?? 0;
      volume.budget.take('chunks of streams', Math.min(indexInBytes, maxInBytes) / bytesAChunk);
      const bytes = volume.archive.readWhole({ name: indexFile }, maxInBytes);
      isOfOldPmem ||= index === undefined && areStarts(bytes);
      const chunks =
        index === undefined
          ? oldChunks(bytes, place.lengthInBytes)
          : newChunks(bytes, `${structure}: ${index}`);
      // Without a size, the last bevy alone says how long the stream is.
      const isEnd = sizeInBytes === null && bevy === last;
      list.addBevy(place, chunks, isEnd ? chunks.length : wanted, bevy);
    } catch (error) {
      list.addLost(wanted, `bevy ${bevy}: ${damageIn(error).message}`);
    }
    checkUnpacked(context, structure, 0, list.index.unpackedSizeInBytes);
  }
  if (found === 0 && sizeInBytes !== 0) {
    throw elsewhere(volume.nameOf(urn));
  }
  if (sizeInBytes !== null) {
    list.addMissing(Math.ceil(sizeInBytes / chunkInBytes), chunksInBevy);
  }
  return { chunkInBytes, chunksInBevy, index: list.index.trim(), lost: list.lost, isOfOldPmem };
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
  readonly #budget: VolumeBudget;
  readonly #chunkInBytes: number;
  readonly #sizeInBytes: number;

  constructor(budget: VolumeBudget, chunkInBytes: number, sizeInBytes: number | null) {
    this.#budget = budget;
    this.#chunkInBytes = chunkInBytes;
    this.#sizeInBytes = sizeInBytes ?? Infinity;
  }

  get chunksLeft(): number {
    const left = this.#sizeInBytes - this.index.unpackedSizeInBytes;
    return Math.ceil(left / this.#chunkInBytes);
  }

  addBevy(place: ByteRange, chunks: Chunks, count: number, bevy: number): void {
    const longest = 2 * this.#chunkInBytes + maxOverheadInBytes;
    for (let number = 0; number < count; number++) {
      const chunk = chunks[number];
      if (chunk === undefined) {
        this.addLost(count - number, `the index of bevy ${bevy} has only ${chunks.length} chunks`);
        return;
      }
      const { offset, lengthInBytes } = chunk;
      const isPossible = lengthInBytes > 0 && lengthInBytes <= longest;
      if (!isPossible || offset + lengthInBytes > place.lengthInBytes) {
        const where = `${lengthInBytes} bytes at ${hex(offset)} of ${hex(place.lengthInBytes)}`;
        this.addLost(1, `chunk ${number} of bevy ${bevy} cannot be ${where}`);
      } else {
        this.index.push(place.offset + offset, lengthInBytes, this.#sizeOf(1));
      }
    }
  }

  /** The bevies before that chunk of which the archive has no file. */
  addMissing(end: number, chunksInBevy: number): void {
    const chunk = Math.ceil(this.index.unpackedSizeInBytes / this.#chunkInBytes);
    const [first, last] = [Math.floor(chunk / chunksInBevy), Math.ceil(end / chunksInBevy) - 1];
    if (chunk < end) {
      const which = first === last ? `bevy ${first} is` : `bevies ${first} to ${last} are`;
      this.addLost(end - chunk, `${which} not in the archive`);
    }
  }

  /** As one block. */
  addLost(count: number, because: string): void {
    const lengthInBytes = this.#sizeOf(count);
    if (lengthInBytes > 0) {
      this.#budget.take('lost parts', 1);
      this.lost.push({ offset: this.index.unpackedSizeInBytes, lengthInBytes, because });
      this.index.push(0, 0, lengthInBytes);
    }
  }

  #sizeOf(count: number): number {
    return Math.min(count * this.#chunkInBytes, this.#sizeInBytes - this.index.unpackedSizeInBytes);
  }
}
