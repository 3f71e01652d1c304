import { type ByteSource, hex, type Progress, VmcorekitError } from '@vmcorekit/core';
import { RUN_FILLS, RUN_MAPPED } from '../memory/run-log.ts';
import type { RamRecords } from './ram-records.ts';
import type { StreamCursor } from './stream-cursor.ts';

/** Of a block's header: u32 version, then three u64. Source: QEMU, migration/ram.c. */
const knownVersion = 1;
/** 1 MiB of a bitmap covers 32 GiB of memory. */
const bitmapBytesPerStep: number = 1024 * 1024;

/**
 * Reads the blocks of a mapped-ram stream: after each one's name and length come the places of its
 * bitmap and its pages, from the start of the file. A page whose bit is not set is zero, whatever
 * lies in its place.
 */
export function* readMappedBlocks(
  cursor: StreamCursor,
  records: RamRecords,
  sumInBytes: number,
): Generator<Progress, void, void> {
  const { blocks } = records;
  for (let left = sumInBytes; left > 0; ) {
    const at = cursor.position;
    const name = cursor.name('list of RAM blocks');
    const sizeInBytes = cursor.uint53('length of a RAM block');
    if (name === '' || sizeInBytes === 0 || sizeInBytes > left) {
      throw malformed(at, `length of '${name}'`, `from 1 to ${hex(left)}`, sizeInBytes);
    }
    left -= sizeInBytes;
    const headerAt = cursor.position;
    const version = cursor.uint32('mapped-ram header');
    const pageSize = cursor.uint53('mapped-ram header');
    const bitmapAt = cursor.uint53('mapped-ram header');
    const pagesAt = cursor.uint53('mapped-ram header');
    if (version !== knownVersion) {
      throw malformed(headerAt, 'version', String(knownVersion), version);
    }
    if (pageSize !== blocks.pageSizeInBytes) {
      throw malformed(headerAt + 4, 'page size', String(blocks.pageSizeInBytes), pageSize);
    }
    const mostPagesAt = Number.MAX_SAFE_INTEGER - sizeInBytes;
    if (pagesAt > mostPagesAt) {
      throw malformed(headerAt + 20, 'offset of its pages', `at most ${hex(mostPagesAt)}`, pagesAt);
    }
    const block = blocks.add(name, sizeInBytes, at);
    yield* readBitmap(cursor.source, records, { ...block, bitmapAt, pagesAt });
    cursor.position = pagesAt + sizeInBytes;
  }
}

interface MappedBlock {
  readonly firstPage: number;
  readonly sizeInBytes: number;
  readonly bitmapAt: number;
  readonly pagesAt: number;
}

/** Little-endian words of 64 bits, so that bit p of the bytes is page p. */
function* readBitmap(
  source: ByteSource,
  { runs, blocks: { pageSizeInBytes } }: RamRecords,
  { firstPage, sizeInBytes, bitmapAt, pagesAt }: MappedBlock,
): Generator<Progress, void, void> {
  const pages = Math.ceil(sizeInBytes / pageSizeInBytes);
  const inFile = Math.max(0, Math.floor((source.sizeInBytes - pagesAt) / pageSizeInBytes));
  const chunk = new Uint8Array(Math.min(bitmapBytesPerStep, Math.ceil(pages / 8)));
  let start = 0;
  let isSet: boolean | undefined;
  const endRun = (end: number): void => {
    if (isSet === true) {
      // Pages after the end of the file are lost, and so have no record.
      const stored = Math.min(end, inFile) - start;
      if (stored > 0) {
        const at = pagesAt + start * pageSizeInBytes;
        runs.add(RUN_MAPPED, firstPage + start, at, 0, stored);
      }
    } else if (end > start) {
      runs.add(RUN_FILLS, firstPage + start, pagesAt + start, 0, end - start);
    }
    start = end;
  };
  for (let first = 0; first < pages; first += chunk.length * 8) {
    const wanted = Math.min(chunk.length, Math.ceil((pages - first) / 8));
    const got = source.readInto(bitmapAt + first / 8, chunk.subarray(0, wanted));
    if (got < wanted) {
      throw new VmcorekitError('truncated', {
        structure: 'mapped-ram bitmap',
        fileOffset: bitmapAt + first / 8,
        wanted,
        got,
        fileSize: source.sizeInBytes,
      });
    }
    const end = Math.min(pages, first + wanted * 8);
    for (let page = first; page < end; page++) {
      const byte = chunk[(page - first) >>> 3] ?? 0;
      const bit = ((byte >>> (page & 7)) & 1) === 1;
      if (bit !== isSet) {
        endRun(page);
        isSet = bit;
      }
    }
    yield { kind: 'progress', doing: 'reading the bitmap', fraction: end / pages };
  }
  endRun(pages);
}

function malformed(
  fileOffset: number,
  field: string,
  wanted: string,
  got: number,
): VmcorekitError<'malformed'> {
  return new VmcorekitError('malformed', {
    structure: 'mapped-ram block',
    fileOffset,
    field,
    wanted,
    got,
  });
}
