import {
  type ByteSource,
  type Damage,
  type DumpImage,
  hex,
  imageOf,
  type PhysicalRange,
  type Progress,
  plural,
  sizeText,
} from '@vmcorekit/core';
import { FileMemory, FileParts, PIECE_CORRUPT } from '@vmcorekit/file-memory';
import { fieldOffsets, fieldsOf } from './range-header.ts';
import { type LimeRange, readRanges } from './read-ranges.ts';
import { zeroTailOf } from './zero-tail.ts';

const pageSizeInBytes = 4096;
/** Only the largest ranges are looked at for zeros at their end; a hostile file has millions. */
const maxTailsLookedFor = 64;

/** Opens a LiME file. The image owns the source. Throws what `readRanges` throws. */
export function* limeImage(
  source: ByteSource,
  format: string,
): Generator<Progress, DumpImage, void> {
  const { first, ranges, damage } = yield* readRanges(source);
  const parts = new FileParts(source);
  for (const { start, end, fileOffset, sizeInBytes } of ranges) {
    parts.add(start, sizeInBytes, fileOffset);
    if (start + sizeInBytes < end) {
      parts.pieces.add(start + sizeInBytes, end, PIECE_CORRUPT, fileOffset + sizeInBytes);
    }
  }
  const memory = new FileMemory(source, parts.pieces, {
    pageSizeInBytes,
    byteOrder: first.byteOrder,
    part: 'range',
  });
  return imageOf({
    format,
    memory,
    header: fieldsOf(first),
    headerOffsets: fieldOffsets,
    damage: [
      ...damage,
      ...overlapsOf(ranges),
      ...parts.damage('ranges'),
      ...(yield* zeroTails(source, ranges)),
    ],
    [Symbol.dispose]() {
      memory.dispose();
      source[Symbol.dispose]();
    },
  });
}

function* zeroTails(
  source: ByteSource,
  ranges: readonly LimeRange[],
): Generator<Progress, Damage[], void> {
  const largest = ranges
    .toSorted((a, b) => b.sizeInBytes - a.sizeInBytes)
    .slice(0, maxTailsLookedFor);
  const damage: Damage[] = [];
  for (const range of largest) {
    yield { kind: 'progress', doing: 'looking at the ends of ranges', fraction: null };
    const tail = zeroTailOf(source, range);
    if (tail !== undefined) {
      damage.push(damageOf(range, tail.start, tail.pagesLookedAt));
    }
  }
  return damage;
}

function damageOf(
  { start, end, fileOffset }: LimeRange,
  zerosFrom: number,
  pagesLookedAt: number,
): Damage {
  return {
    name: 'range-zero-tail',
    loses: 'page',
    detail: `memory is zero from ${hex(zerosFrom)} to the end of its range at ${hex(end - 1)} (${sizeText(end - zerosFrom)}, in all ${plural(pagesLookedAt, 'page')} looked at): LiME leaves it so if a page takes longer than its timeout; timeout=0 captures all`,
    fileOffset: fileOffset + (zerosFrom - start),
  };
}

function overlapsOf(ranges: readonly LimeRange[]): Damage[] {
  let [overlaps, end] = [0, 0];
  let one: PhysicalRange | undefined;
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    if (range.start < end) {
      overlaps++;
      one ??= range;
    }
    end = Math.max(end, range.end);
  }
  return one === undefined
    ? []
    : [
        {
          name: 'ranges-overlap',
          loses: 'nothing',
          detail: `${plural(overlaps, 'range')} of ${ranges.length} overlap others, first at ${hex(one.start)}; for each byte the first range in the file counts`,
        },
      ];
}
