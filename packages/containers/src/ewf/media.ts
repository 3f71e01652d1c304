import { type ByteSource, readExactly, StructView, VmcorekitError } from '@vmcorekit/core';
import { checkAdler32 } from './checksum.ts';
import type { Section } from './sections.ts';

const structure = 'EWF volume';
/** EnCase's, and the shorter one of the first specification, which SMART and ewfacquire write. */
const checksumAt = 1048;
const shortChecksumAt = 90;
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
  readonly fileOffset: number;
}

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

export function areEqual(one: Media, other: Media): boolean {
  return (
    one.chunks === other.chunks &&
    one.sectorsPerChunk === other.sectorsPerChunk &&
    one.bytesPerSector === other.bytesPerSector &&
    one.sectors === other.sectors
  );
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
