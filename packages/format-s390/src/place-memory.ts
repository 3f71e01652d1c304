import {
  type ByteSource,
  type Damage,
  hex,
  isVmcorekitError,
  type Progress,
  plural,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import { FileParts, PIECE_CORRUPT, PIECE_ZERO } from '@vmcorekit/file-memory';
import { isEndMark, type S390Header } from './header.ts';
import { endMark, endMarkInBytes, headerInBytes, pageSizeInBytes } from './layout.ts';

const structure = 's390 dump segment';
/** A stretch without zeros is at least a MiB: enough for a TiB of them. */
const maxSegments: number = 1 << 20;
const segmentsPerStep = 1024;

export interface PlacedMemory {
  readonly parts: FileParts;
  readonly damage: readonly Damage[];
}

/** Where memory lies in the file: all of it after the header, or in segments. */
export function* placeMemory(
  file: ByteSource,
  header: S390Header,
): Generator<Progress, PlacedMemory, void> {
  const parts = new FileParts(file);
  if (header.isExtended) {
    const { end, damage } = yield* placeSegments(file, header, parts);
    return { parts, damage: [...damage, ...(damage.length > 0 ? [] : unended(file, end, header))] };
  }
  const end = headerInBytes + header.memoryInBytes;
  parts.add(0, header.memoryInBytes, headerInBytes);
  return { parts, damage: unended(file, end, header) };
}

/**
 * Each segment follows a page with its address and length. What lies between two is zero. The last
 * one says so.
 */
function* placeSegments(
  file: ByteSource,
  { memoryInBytes }: S390Header,
  parts: FileParts,
): Generator<Progress, { readonly end: number; readonly damage: readonly Damage[] }, void> {
  let fileOffset = headerInBytes;
  let address = 0;
  try {
    for (let count = 1; ; count++) {
      const segment = readSegment(file, fileOffset, address, memoryInBytes, count);
      if (address < segment.start) {
        parts.addWithoutBytes(address, segment.start, PIECE_ZERO);
      }
      parts.add(segment.start, segment.lengthInBytes, fileOffset + pageSizeInBytes);
      address = segment.start + segment.lengthInBytes;
      fileOffset += pageSizeInBytes + segment.lengthInBytes;
      if (segment.isLast) {
        parts.addWithoutBytes(address, memoryInBytes, PIECE_ZERO);
        return { end: fileOffset, damage: [] };
      }
      if (count % segmentsPerStep === 0) {
        yield {
          kind: 'progress',
          doing: 'reading the segments of an s390 dump',
          fraction: address / memoryInBytes,
        };
      }
    }
  } catch (error) {
    if (!(isVmcorekitError(error, 'truncated') || isVmcorekitError(error, 'malformed'))) {
      throw error;
    }
    parts.pieces.add(address, memoryInBytes, PIECE_CORRUPT, fileOffset);
    const detail = `${error.message}; ${plural(memoryInBytes - address, 'byte')} of memory from ${hex(address)} on are lost`;
    return {
      end: fileOffset,
      damage: [{ name: 'segments-unfinished', loses: 'page', detail, fileOffset }],
    };
  }
}

interface Segment {
  readonly start: number;
  readonly lengthInBytes: number;
  readonly isLast: boolean;
}

function readSegment(
  file: ByteSource,
  fileOffset: number,
  from: number,
  memoryInBytes: number,
  count: number,
): Segment {
  const bytes = readExactly(file, fileOffset, pageSizeInBytes, structure);
  const view = new StructView(bytes, 'big', structure, fileOffset);
  const start = view.uint53(0, 'start');
  const lengthInBytes = view.uint53(8, 'len');
  const areWhole = start % pageSizeInBytes === 0 && lengthInBytes % pageSizeInBytes === 0;
  const isInside = start >= from && lengthInBytes <= memoryInBytes - start;
  if (!areWhole || !isInside || count > maxSegments) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset,
      field: 'start and len',
      wanted: `whole pages from ${hex(from)} to ${hex(memoryInBytes)}, at most ${maxSegments} times`,
      got: `${hex(start)}, ${hex(lengthInBytes)}`,
    });
  }
  return { start, lengthInBytes, isLast: view.uint64(16) !== 0n };
}

/** Without its mark, what stands before it may be of an older dump on the same disk. */
function unended(file: ByteSource, end: number, { tod }: S390Header): Damage[] {
  const bytes = new Uint8Array(endMarkInBytes);
  const got = file.readInto(end, bytes);
  const isMark = got === bytes.length && isEndMark(bytes, endMark);
  if (isMark && new StructView(bytes, 'big', 's390 end mark').uint64(8) >= tod) {
    return [];
  }
  return [
    {
      name: 'end-mark-missing',
      loses: 'page',
      detail: `${isMark ? 'the end mark is older than the header' : 'no end mark follows memory'}: the dump was not finished, and what was not written may be what the disk held before`,
      fileOffset: end,
    },
  ];
}
