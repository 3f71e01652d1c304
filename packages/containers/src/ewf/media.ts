import { type ByteSource, hexText, readExactly, StructView, VmcorekitError } from '@vmcorekit/core';
import { checkAdler32 } from './checksum.ts';
import type { Section } from './sections.ts';

const structure = 'EWF volume';
/** EnCase's, and the shorter one of the first specification, which SMART and ewfacquire write. */
const checksumAt = 1048;
const shortChecksumAt = 90;
const setIdentifierAt = 64;
const setIdentifierInBytes = 16;
/** Of an identifier that messages show. */
const shownDigits = 8;
/** EnCase offers up to 32,768 sectors a chunk: 16 MiB. */
const maxChunkInBytes: number = 64 << 20;

/** What a set holds. Every segment repeats it. */
export interface Media {
  /** 0 where an acquisition did not end. */
  readonly chunks: number;
  readonly sectorsPerChunk: number;
  readonly bytesPerSector: number;
  /** 0 where an acquisition did not end. */
  readonly sectors: number;
  /** A GUID in hexadecimal, all zero where its writer gives none. Empty in the shorter volume. */
  readonly setIdentifier: string;
  readonly fileOffset: number;
}

const sizes = [
  ['sectors', 'sectors'],
  ['chunks', 'chunks'],
  ['sectorsPerChunk', 'sectors per chunk'],
  ['bytesPerSector', 'bytes per sector'],
] as const;

export const mediaSections: readonly string[] = ['volume', 'disk', 'data'];

/** Throws `truncated`, and `malformed` for a section that is damaged or contradicts itself. */
export function readMedia(file: ByteSource, { dataOffset, end }: Section): Media {
  const isShort = end - dataOffset < checksumAt + 4;
  const covered = isShort ? shortChecksumAt : checksumAt;
  const bytes = readExactly(file, dataOffset, covered + 4, structure);
  const view = new StructView(bytes, 'little', structure, dataOffset);
  checkAdler32(view, 0, covered);
  const media = {
    chunks: view.uint32(4),
    sectorsPerChunk: view.uint32(8),
    bytesPerSector: view.uint32(12),
    sectors: isShort ? view.uint32(16) : view.uint53(16, 'number of sectors'),
    setIdentifier: isShort ? '' : hexText(view.slice(setIdentifierAt, setIdentifierInBytes)),
    fileOffset: dataOffset,
  };
  checkMedia(media);
  return media;
}

export function chunkInBytes({ sectorsPerChunk, bytesPerSector }: Media): number {
  return sectorsPerChunk * bytesPerSector;
}

/** The size of the whole sectors; 0 where an acquisition did not end. */
export function sectorsInBytes({ sectors, bytesPerSector }: Media): number {
  return sectors * bytesPerSector;
}

/** How a segment's statement differs from that of its set; undefined where it is the same. */
export function differenceOf(media: Media, ofSet: Media): string | undefined {
  const [got, wanted] = [media.setIdentifier, ofSet.setIdentifier];
  if (got !== wanted) {
    const shown =
      got.slice(0, shownDigits) === wanted.slice(0, shownDigits) ? Infinity : shownDigits;
    return `its set identifier is ${got.slice(0, shown) || 'absent'}, not ${wanted.slice(0, shown) || 'absent'}`;
  }
  for (const [field, what] of sizes) {
    if (media[field] !== ofSet[field]) {
      return `it says ${media[field]} ${what}, not ${ofSet[field]}`;
    }
  }
  return undefined;
}

function checkMedia(media: Media): void {
  const { chunks, sectorsPerChunk, sectors, fileOffset } = media;
  const size = chunkInBytes(media);
  const wrong = (field: string, wanted: string, got: number): VmcorekitError =>
    new VmcorekitError('malformed', { structure, fileOffset, field, wanted, got });
  if (size === 0 || size > maxChunkInBytes) {
    throw wrong('bytes in a chunk', `1 to ${maxChunkInBytes}`, size);
  }
  const wanted = Math.ceil(sectors / sectorsPerChunk);
  // One more, if it holds only a part of a sector.
  const most = Math.floor(sectors / sectorsPerChunk) + 1;
  if (sectors > 0 && chunks !== wanted && chunks !== most) {
    throw wrong('number of chunks', `${wanted} for its ${sectors} sectors`, chunks);
  }
}
