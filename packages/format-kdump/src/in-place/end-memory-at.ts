import {
  type ByteSource,
  type DumpImage,
  type FileChange,
  type HeaderValue,
  readExactly,
  VmcorekitError,
} from '@vmcorekit/core';

/** A file's bytes to change, and its header's fields. */
export interface PlannedChanges {
  readonly changes: readonly FileChange[];
  readonly fields: ReadonlyMap<string, HeaderValue>;
}

/**
 * What lets the memory of a KDUMP file end before `endPfn`, where the file lies. The bitmaps shrink
 * towards the descriptors, which stay, and sub_hdr_size takes up the blocks in front of them; the
 * descriptors and the data of the pages left away are no longer named by anything. Throws
 * `unsupported` for a file of one bitmap.
 */
export function endMemoryAt(
  image: DumpImage,
  contents: ByteSource,
  endPfn: number,
): PlannedChanges {
  const blockSizeInBytes = image.memory.pageSizeInBytes;
  const field = (name: string): number => Number(image.header.get(name) ?? 0);
  const oldBlocks = field('bitmap_blocks');
  const newBlocks = 2 * Math.ceil(endPfn / (8 * blockSizeInBytes));
  const memoryEnd = image.memory.ranges.at(-1)?.end ?? 0;
  if (oldBlocks % 2 !== 0 || oldBlocks * blockSizeInBytes * 4 < memoryEnd / blockSizeInBytes) {
    throw new VmcorekitError('unsupported', {
      what: 'leaving memory out of a KDUMP file of one bitmap in place',
      advice: 'write a new file instead',
    });
  }
  const oldBitmapsAt = (1 + field('sub_hdr_size')) * blockSizeInBytes;
  const oldSizeInBytes = (oldBlocks / 2) * blockSizeInBytes;
  const newSizeInBytes = (newBlocks / 2) * blockSizeInBytes;
  const newBitmapsAt = oldBitmapsAt + 2 * (oldSizeInBytes - newSizeInBytes);
  const after = new Uint8Array(2 * newSizeInBytes);
  for (const index of [0, 1]) {
    const bitmap = readExactly(
      contents,
      oldBitmapsAt + index * oldSizeInBytes,
      newSizeInBytes,
      'bitmap',
    );
    after.set(bitmapUpTo(bitmap, endPfn), index * newSizeInBytes);
  }
  const before = readExactly(contents, newBitmapsAt, after.length, 'bitmaps');
  const maxMapnr64 = image.headerOffsets.has('max_mapnr_64')
    ? ([['max_mapnr_64', endPfn]] as const)
    : [];
  return {
    changes: [{ fileOffset: newBitmapsAt, what: 'bitmaps', before, after }],
    fields: new Map<string, HeaderValue>([
      // In this order a header of which only some are changed is still one.
      ['max_mapnr', endPfn],
      ...maxMapnr64,
      ['bitmap_blocks', newBlocks],
      ['sub_hdr_size', field('sub_hdr_size') + oldBlocks - newBlocks],
    ]),
  };
}

/** A bitmap without the bits from `endPfn` on. */
function bitmapUpTo(bitmap: Uint8Array, endPfn: number): Uint8Array {
  const kept = Uint8Array.from(bitmap);
  const lastByte = Math.floor(endPfn / 8);
  if (lastByte < kept.length) {
    kept[lastByte] = (kept[lastByte] ?? 0) & ((1 << (endPfn % 8)) - 1);
    kept.fill(0, lastByte + 1);
  }
  return kept;
}
