import { type ByteSource, isVmcorekitError, type Progress, readExactly } from '@vmcorekit/core';
import { BoundedIndex, blocksPerStep } from '../packed-blocks.ts';
import { SkippableRun } from '../skippable-frames.ts';
import { checksumInBytes, readFrameHeader, type ZstdFrame } from './frame-header.ts';
import { afterSkippable, readBlockHead } from './pieces.ts';

/** A frame that is decoded whole for a page of it may be no larger. */
const maxFrameInBytes: number = 32 << 20;
const blockHeadInBytes = 3;

/** Source: Zstandard Seekable Format, in zstd's contrib/seekable_format. */
const seekTable = { magic: 0x8f92eab1, footerInBytes: 9, headInBytes: 8, checksums: 0x80 } as const;

/**
 * Indexes a file of many frames whose sizes are known, by the table at its end or by their heads.
 * Undefined where frames are too large, or their sizes unknown, or where it is damaged: it must
 * then be unpacked from its start.
 */
export function* walkFrames(file: ByteSource): Generator<Progress, BoundedIndex | undefined, void> {
  try {
    return readSeekTable(file) ?? (yield* byHeads(file));
  } catch (error) {
    if (isVmcorekitError(error, 'truncated') || isVmcorekitError(error, 'bad-data')) {
      return undefined;
    }
    throw error;
  }
}

/** Undefined where there is none, or where it is not of this file. */
function readSeekTable(file: ByteSource): BoundedIndex | undefined {
  const { footerInBytes, headInBytes } = seekTable;
  if (file.sizeInBytes < footerInBytes + headInBytes) {
    return undefined;
  }
  const footer = viewOf(file, file.sizeInBytes - footerInBytes, footerInBytes);
  if (footer.getUint32(5, true) !== seekTable.magic) {
    return undefined;
  }
  const entryInBytes = (footer.getUint8(4) & seekTable.checksums) === 0 ? 8 : 12;
  const entriesInBytes = footer.getUint32(0, true) * entryInBytes;
  const tableAt = file.sizeInBytes - footerInBytes - entriesInBytes;
  if (tableAt < headInBytes) {
    return undefined;
  }
  const index = new BoundedIndex('zstd');
  const entries = viewOf(file, tableAt, entriesInBytes);
  let at = 0;
  for (let entry = 0; entry < entriesInBytes; entry += entryInBytes) {
    const [packed, unpacked] = [entries.getUint32(entry, true), entries.getUint32(entry + 4, true)];
    if (unpacked > maxFrameInBytes) {
      return undefined;
    }
    index.push(at, packed, unpacked);
    at += packed;
  }
  return at + headInBytes === tableAt ? index.trim() : undefined;
}

function* byHeads(file: ByteSource): Generator<Progress, BoundedIndex | undefined, void> {
  const index = new BoundedIndex('zstd');
  const skippable = new SkippableRun(file);
  let at = 0;
  for (let heads = 0; at < file.sizeInBytes; ) {
    const next = afterSkippable(file, at, skippable);
    if (next !== undefined) {
      at = next;
      if (++heads % blocksPerStep === 0) {
        yield indexing(at / file.sizeInBytes);
      }
      continue;
    }
    const frame = readFrameHeader(file, at);
    if (frame.contentSizeInBytes === null || frame.contentSizeInBytes > maxFrameInBytes) {
      return undefined;
    }
    let end = frame.blocksAt;
    for (let isLast = false; !isLast; heads++) {
      const block = readBlockHead(file, end);
      end += blockHeadInBytes + block.dataInBytes;
      ({ isLast } = block);
      if (heads % blocksPerStep === 0) {
        yield indexing(end / file.sizeInBytes);
      }
    }
    at = afterChecksum(file, frame, end);
    index.push(frame.fileOffset, at - frame.fileOffset, frame.contentSizeInBytes);
  }
  return index.trim();
}

function indexing(fraction: number): Progress {
  const doing = 'indexing a zstd-compressed file';
  return { kind: 'progress', doing, fraction: Math.min(1, fraction) };
}

function afterChecksum(file: ByteSource, frame: ZstdFrame, end: number): number {
  if (!frame.hasChecksum) {
    return end;
  }
  readExactly(file, end, checksumInBytes, 'zstd checksum');
  return end + checksumInBytes;
}

function viewOf(file: ByteSource, fileOffset: number, lengthInBytes: number): DataView {
  return new DataView(readExactly(file, fileOffset, lengthInBytes, 'zstd seek table').buffer);
}
