import { hex, type Progress, VmcorekitError } from '@vmcorekit/core';
import { RUN_FILLS, RUN_PAGES } from '../memory/run-log.ts';
import { ramFlags, ramFlagsMask } from './layout.ts';
import { readMappedBlocks } from './mapped-ram.ts';
import { checkSum, type RamBlock, readRamBlocks } from './ram-blocks.ts';
import type { RamRecords } from './ram-records.ts';
import type { StreamCursor } from './stream-cursor.ts';

/** A few milliseconds of work. */
const recordsPerStep = 8192;
/** Half as much again as a page, more than any codec makes of it. */
const maxCompressedShare = 1.5;

/** How the stream lists its blocks. */
export interface RamOptions {
  readonly isMapped: boolean;
  readonly statesAddresses: boolean;
  readonly statesPageSizes: boolean;
}

/**
 * Reads one body of the section `ram`, up to its end. Passes over the pages themselves. Yields
 * progress. Throws `truncated` and `malformed`; what was read before is in `records`.
 */
export function* walkRam(
  cursor: StreamCursor,
  records: RamRecords,
  options: RamOptions,
): Generator<Progress, void, void> {
  const { blocks, runs, deltas } = records;
  const { pageSizeInBytes } = blocks;
  runs.interrupt();
  for (let step = 1; ; step++) {
    if (step % recordsPerStep === 0) {
      yield {
        kind: 'progress',
        doing: 'reading the stream',
        fraction: Math.min(1, cursor.position / cursor.sizeInBytes),
      };
    }
    const at = cursor.position;
    const [upper, lower] = cursor.uint64Halves('record of ram');
    const flags = lower & ramFlagsMask;
    const offset = upper * 2 ** 32 + (lower - flags);
    const kind = flags & ~ramFlags.sameBlock;
    if (kind === ramFlags.endOfSection) {
      return;
    }
    if (kind === ramFlags.multifdFlush) {
      continue;
    }
    if (kind === ramFlags.memSize) {
      checkSum(at, offset);
      if (options.isMapped) {
        yield* readMappedBlocks(cursor, records, offset);
      } else {
        readRamBlocks(cursor, blocks, offset, options);
      }
      continue;
    }
    refuseHook(kind);
    if ((flags & ramFlags.sameBlock) === 0) {
      const name = cursor.name('name of a RAM block');
      blocks.last = blocks.named(name);
      runs.interrupt();
      if (blocks.last === undefined) {
        throw unknownBlock(at, name);
      }
    }
    const block = blocks.last;
    if (block === undefined || offset >= block.sizeInBytes || offset % pageSizeInBytes !== 0) {
      throw outside(at, offset, block);
    }
    const page = block.firstPage + offset / pageSizeInBytes;
    const dataAt = cursor.position;
    switch (kind) {
      case ramFlags.page:
        cursor.skip(pageSizeInBytes, 'page');
        runs.add(RUN_PAGES, page, dataAt);
        break;
      case ramFlags.zero:
        runs.add(RUN_FILLS, page, dataAt, cursor.uint8('fill of a page'));
        break;
      case ramFlags.compressedPage: {
        const length = cursor.uint32('length of a compressed page');
        checkLength(dataAt, length, pageSizeInBytes * maxCompressedShare);
        cursor.skip(length, 'compressed page');
        runs.addCompressed(page, dataAt, length);
        break;
      }
      case ramFlags.xbzrle: {
        const encoding = cursor.uint8('XBZRLE page');
        const length = cursor.uint16('XBZRLE page');
        checkLength(dataAt, encoding === 1 ? length : -1, pageSizeInBytes);
        cursor.skip(length, 'XBZRLE page');
        deltas.add(page, dataAt + 1);
        runs.interrupt();
        break;
      }
      default:
        throw new VmcorekitError('malformed', {
          structure: 'record of ram',
          fileOffset: at,
          field: 'flags',
          wanted: 'one kind of record',
          got: flags,
        });
    }
  }
}

function refuseHook(kind: number): void {
  if ((kind & ramFlags.hook) !== 0) {
    throw new VmcorekitError('unsupported', {
      what: 'a stream whose pages were sent by RDMA, which are not in it',
      advice: 'migrate to a file instead: migrate exec:cat>FILE',
    });
  }
}

function checkLength(fileOffset: number, length: number, most: number): void {
  if (length < 0 || length > most) {
    throw new VmcorekitError('malformed', {
      structure: 'encoded page',
      fileOffset,
      field: 'encoding or length',
      wanted: `a length of at most ${most}`,
      got: length,
    });
  }
}

function unknownBlock(fileOffset: number, name: string): VmcorekitError<'malformed'> {
  return new VmcorekitError('malformed', {
    structure: 'record of ram',
    fileOffset,
    field: 'block',
    wanted: 'a block of the list',
    got: name,
  });
}

function outside(
  fileOffset: number,
  offset: number,
  block: RamBlock | undefined,
): VmcorekitError<'malformed'> {
  return new VmcorekitError('malformed', {
    structure: 'record of ram',
    fileOffset,
    field: 'offset',
    wanted:
      block === undefined
        ? 'a record that names its block'
        : `a page below ${hex(block.sizeInBytes)} of '${block.name}'`,
    got: offset,
  });
}
