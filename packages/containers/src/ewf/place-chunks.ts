import { BlockIndex, type ByteRange, type Damage, PfnSet } from '@vmcorekit/core';
import type { LostPart } from '../lost-parts.ts';
import { chunkInBytes, type Media, sectorsInBytes } from './media.ts';
import type { Segment, SegmentSet } from './open-set.ts';
import type { ChunkRun, ChunkRuns } from './read-tables.ts';
import type { Section } from './sections.ts';

export interface PlacedChunks {
  /**
   * Where each chunk lies in the joined segments. Lost ones are one block without bytes, because a
   * volume may claim any number.
   */
  readonly index: BlockIndex;
  /** The blocks that are compressed. */
  readonly packed: PfnSet;
  readonly lost: readonly LostPart[];
  readonly damage: readonly Damage[];
}

/** Finds the number of bytes in a chunk; null where it cannot be decoded. */
export type MeasureChunk = (place: ByteRange, isPacked: boolean) => number | null;

/**
 * Numbers the chunks. Tables do not say which chunks are theirs: those before a gap are numbered
 * from the start of the image, those after the only gap from its end.
 */
export function placeChunks(
  { media, members }: SegmentSet,
  { runs, damage }: ChunkRuns,
  startOf: (segment: Segment) => number,
  measure: MeasureChunk,
): PlacedChunks {
  const gaps = runs.filter((run) => typeof run === 'string');
  const firstGap = runs.findIndex((run) => typeof run === 'string');
  const listed = areRuns(firstGap < 0 ? runs : runs.slice(0, firstGap));
  const mixed = mixedIn(media, listed, firstGap < 0);
  const head = mixed === null ? listed : ofFirst(listed);
  const afterGap = areRuns(runs.slice(runs.findLastIndex((run) => typeof run === 'string') + 1));
  const total = media.chunks === 0 ? countOf(head) : media.chunks;
  const last = members.at(-1);
  const isEndKnown = typeof last === 'object' && last.endsBy === 'done';
  const isTailPlaced =
    firstGap >= 0 &&
    mixed === null &&
    isEndKnown &&
    countOf(head) + countOf(afterGap) <= total &&
    media.chunks > 0;
  const tail = isTailPlaced ? afterGap : [];
  const list = new ChunkList(media, total, startOf, measure);
  list.add(head);
  const reason = mixed ?? (gaps.slice(0, 3).join('; ') || 'no table lists it');
  list.addLost(total - countOf(head) - countOf(tail), reason);
  list.add(tail);
  return {
    ...list.placed(),
    damage: [...damage, ...unfinished(media), ...extra(countOf(head), total)],
  };
}

/**
 * Why only the first segment's chunks have a place: segments that list too many chunks, or all of
 * them too few. Then one is of another set, which no identifier shows, and shifts those after it.
 */
function mixedIn({ chunks }: Media, runs: readonly ChunkRun[], areAll: boolean): string | null {
  const count = countOf(runs);
  const isRight = areAll ? count === chunks : count <= chunks;
  return chunks === 0 || isRight || ofFirst(runs).length === runs.length
    ? null
    : `the segments list ${count} chunks, and the image has ${chunks}: one is of another set`;
}

/** The runs of the first segment, of which the first is one. */
function ofFirst(runs: readonly ChunkRun[]): ChunkRun[] {
  return runs.filter(({ segment }) => segment === runs[0]?.segment);
}

function areRuns(runs: readonly (ChunkRun | string)[]): ChunkRun[] {
  return runs.filter((run) => typeof run !== 'string');
}

function countOf(runs: readonly ChunkRun[]): number {
  return runs.reduce((sum, { count }) => sum + count, 0);
}

function unfinished({ chunks, fileOffset }: Media): Damage[] {
  return chunks > 0
    ? []
    : [
        {
          name: 'image-unfinished',
          loses: 'memory',
          detail: 'the set does not say how large its image is: it was not written to its end',
          fileOffset,
        },
      ];
}

function extra(count: number, total: number): Damage[] {
  return count <= total
    ? []
    : [
        {
          name: 'chunk-table-damaged',
          loses: 'nothing',
          detail: `the tables list ${count} chunks, the image has ${total}; the last ones are left out`,
        },
      ];
}

class ChunkList {
  readonly #index: BlockIndex = new BlockIndex();
  readonly #packed: PfnSet = new PfnSet();
  readonly #lost: LostPart[] = [];
  readonly #media: Media;
  readonly #total: number;
  readonly #startOf: (segment: Segment) => number;
  readonly #measure: MeasureChunk;
  /** Those added so far. */
  #chunks = 0;

  constructor(
    media: Media,
    total: number,
    startOf: (segment: Segment) => number,
    measure: MeasureChunk,
  ) {
    this.#media = media;
    this.#total = total;
    this.#startOf = startOf;
    this.#measure = measure;
  }

  placed(): Omit<PlacedChunks, 'damage'> {
    return { index: this.#index.trim(), packed: this.#packed, lost: this.#lost };
  }

  add(runs: readonly ChunkRun[]): void {
    for (const run of runs) {
      const places = new ChunkPlaces(run);
      for (let index = 0; index < run.count && this.#chunks < this.#total; index++) {
        const place = places.at(index);
        if (place === undefined) {
          this.addLost(1, `a table in ${run.segment.name} gives a place that it cannot have`);
        } else {
          const offset = this.#startOf(run.segment) + place.offset;
          this.#push({ ...place, offset }, run.isPacked(index));
        }
      }
    }
  }

  addLost(count: number, because: string): void {
    const offset = this.#index.unpackedSizeInBytes;
    const lengthInBytes = this.#sizeOf(count);
    this.#chunks += Math.max(0, count);
    if (lengthInBytes > 0) {
      this.#index.push(0, 0, lengthInBytes);
      this.#lost.push({ offset, lengthInBytes, because });
    }
  }

  #push(place: ByteRange, isPacked: boolean): void {
    if (isPacked) {
      this.#packed.add(this.#index.count);
    }
    this.#chunks += 1;
    const expected = this.#sizeOf(1);
    const length =
      this.#chunks === this.#total
        ? this.#lastInBytes(expected, this.#measure(place, isPacked))
        : expected;
    this.#index.push(place.offset, place.lengthInBytes, length);
  }

  /** The size of the next chunks, of which the last of the image may be shorter. */
  #sizeOf(count: number): number {
    const size = Math.max(0, count) * chunkInBytes(this.#media);
    return this.#media.sectors === 0
      ? size
      : Math.min(size, sectorsInBytes(this.#media) - this.#index.unpackedSizeInBytes);
  }

  /**
   * The last chunk may be shorter. It may also hold a part of a sector, which the number of sectors
   * leaves out. More than that is padding.
   */
  #lastInBytes(expected: number, got: number | null): number {
    const { sectors, bytesPerSector } = this.#media;
    return got !== null && (sectors === 0 || (got > expected && got - expected < bytesPerSector))
      ? got
      : expected;
  }
}

/** Where the chunks of a table lie in its segment: each ends where the next begins. */
class ChunkPlaces {
  readonly #run: ChunkRun;
  /** What may hold chunks, ascending. */
  readonly #stretches: readonly Section[];
  #stretch: Section | undefined;

  constructor(run: ChunkRun) {
    this.#run = run;
    this.#stretches = run.segment.all.filter(({ type }) => type === 'sectors' || type === 'table');
  }

  at(index: number): ByteRange | undefined {
    const offset = this.#run.offsetOf(index);
    const stretch = this.#stretchOf(offset);
    const next = index + 1 < this.#run.count ? this.#run.offsetOf(index + 1) : Infinity;
    if (stretch === undefined || next <= offset) {
      return undefined;
    }
    const end = Math.min(next, stretch.end, this.#run.segment.source.sizeInBytes);
    return offset < end ? { offset, lengthInBytes: end - offset } : undefined;
  }

  #stretchOf(offset: number): Section | undefined {
    const isIn = (section: Section): boolean =>
      section.dataOffset <= offset && offset < section.end;
    if (this.#stretch === undefined || !isIn(this.#stretch)) {
      this.#stretch = this.#stretches.find(isIn);
    }
    return this.#stretch;
  }
}
