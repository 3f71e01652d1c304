import {
  type ByteSource,
  type DumpImage,
  type FileChange,
  type HeaderValue,
  readExactly,
  VmcorekitError,
} from '@vmcorekit/core';

/** The bytes of a file to change, and its header fields. */
export interface PlannedChanges {
  readonly changes: readonly FileChange[];
  readonly fields: ReadonlyMap<string, HeaderValue>;
}

/**
 * Makes the memory of a KDUMP file end before `endPfn`, in place. The bitmaps shrink towards the
 * descriptors, which stay. sub_hdr_size takes up the freed blocks before the bitmaps. Nothing
 * refers to the descriptors and data of the dropped pages any more. Throws `unsupported` for a file
 * with one bitmap.
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
      what: 'dropping memory in place from a KDUMP file with one bitmap',
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
      // In this order, a header with only some of the changes is still valid.
      ['max_mapnr', endPfn],
      ...maxMapnr64,
      ['bitmap_blocks', newBlocks],
      ['sub_hdr_size', field('sub_hdr_size') + oldBlocks - newBlocks],
    ]),
  };
}

/** A bitmap without its bits from `endPfn` on. */
function bitmapUpTo(bitmap: Uint8Array, endPfn: number): Uint8Array {
  const kept = Uint8Array.from(bitmap);
  const lastByte = Math.floor(endPfn / 8);
  if (lastByte < kept.length) {
    kept[lastByte] = (kept[lastByte] ?? 0) & ((1 << (endPfn % 8)) - 1);
    kept.fill(0, lastByte + 1);
  }
  return kept;
}
