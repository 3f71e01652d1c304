import {
  type ByteSource,
  type Compressor,
  type Damage,
  type DumpImage,
  hex,
  imageOf,
  type OriginSign,
  type Progress,
  plural,
  sizeText,
  VmcorekitError,
} from '@vmcorekit/core';
import {
  FileMemory,
  FileParts,
  overlapsOf,
  PIECE_CORRUPT,
  PIECE_ZERO,
} from '@vmcorekit/file-memory';
import { areBlocksOfAvml, omittedZeros } from './omitted-zeros.ts';
import { fieldOffsets, fieldsOf } from './range-header.ts';
import { type LimeRange, readRanges } from './read-ranges.ts';
import { ReadableSource } from './readable-source.ts';
import { zeroTailOf } from './zero-tail.ts';

const pageSizeInBytes = 4096;
/** Only the largest ranges are looked at for zeros at their end; a hostile file has millions. */
const maxTailsLookedFor = 64;

/**
 * Opens a file of LiME or AVML. The image owns the source. `snappy` unpacks ranges; an error in its
 * place is thrown where a range is packed. Throws what `readRanges` throws.
 */
export function* limeImage(
  file: ByteSource,
  format: string,
  snappy: Compressor | VmcorekitError,
): Generator<Progress, DumpImage, void> {
  const { first, ranges, contents, damage } = yield* readRanges(new ReadableSource(file));
  if (contents !== null && snappy instanceof VmcorekitError) {
    throw snappy;
  }
  const source =
    contents === null || snappy instanceof VmcorekitError ? file : contents.sourceOf(file, snappy);
  const isOfAvml = contents !== null || areBlocksOfAvml(ranges);
  const parts = partsOf(source, ranges);
  for (const { start, end } of isOfAvml ? omittedZeros(ranges) : []) {
    parts.addWithoutBytes(start, end, PIECE_ZERO);
  }
  const memory = new FileMemory(source, parts.pieces, {
    pageSizeInBytes,
    byteOrder: first.kind.byteOrder,
    part: 'range',
    hidesOffsets: contents !== null,
  });
  return imageOf({
    format,
    memory,
    header: fieldsOf(first),
    headerOffsets: fieldOffsets,
    facts: { origins: originsOf(isOfAvml, contents !== null) },
    damage: [
      ...damage,
      ...overlapsOf(ranges, 'range'),
      ...parts.damage('ranges'),
      ...(isOfAvml ? [] : yield* zeroTails(new ReadableSource(source), ranges)),
    ],
    [Symbol.dispose]() {
      memory.dispose();
      source[Symbol.dispose]();
      if (source !== file) {
        file[Symbol.dispose]();
      }
    },
  });
}

function partsOf(source: ByteSource, ranges: readonly LimeRange[]): FileParts {
  const parts = new FileParts(source);
  for (const { start, end, offset, sizeInBytes } of ranges) {
    parts.add(start, sizeInBytes, offset);
    if (start + sizeInBytes < end) {
      parts.pieces.add(start + sizeInBytes, end, PIECE_CORRUPT, offset + sizeInBytes);
    }
  }
  return parts;
}

function originsOf(isOfAvml: boolean, isPacked: boolean): OriginSign[] {
  const sign = { axis: 'writtenBy', who: 'avml' } as const;
  const at = [{ fileOffset: 0, note: 'the first header' }];
  return isPacked
    ? [{ ...sign, score: 100, because: 'a range is packed, as only AVML does', at }]
    : isOfAvml
      ? [{ ...sign, score: 60, because: 'ranges are cut into blocks of 16 MiB, as AVML does', at }]
      : [];
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
  { start, end, offset }: LimeRange,
  zerosFrom: number,
  pagesLookedAt: number,
): Damage {
  return {
    name: 'range-zero-tail',
    loses: 'page',
    detail: `memory is zero from ${hex(zerosFrom)} to the end of its range at ${hex(end - 1)} (${sizeText(end - zerosFrom)}, in all ${plural(pagesLookedAt, 'page')} looked at): LiME leaves it so if a page takes longer than its timeout; timeout=0 captures all`,
    fileOffset: offset + (zerosFrom - start),
  };
}
