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
    const { fileOffset, damage } = yield* placeSegments(file, header, parts, {
      fileOffset: headerInBytes,
      address: 0,
      volume: null,
    });
    const late = damage.length > 0 ? [] : unended(file, fileOffset, header);
    return { parts, damage: [...damage, ...late] };
  }
  const end = headerInBytes + header.memoryInBytes;
  parts.add(0, header.memoryInBytes, headerInBytes);
  return { parts, damage: unended(file, end, header) };
}

/** Where to read segments from, and what comes before in memory. */
export interface SegmentStart {
  readonly fileOffset: number;
  readonly address: number;
  /** Of a volume; null for a file that holds all. */
  readonly volume: {
    /** No segment begins there or later. */
    readonly lastStart: number;
    /** The file offset where the volume ends. */
    readonly end: number;
  } | null;
}

export interface PlacedSegments {
  /** After the last. */
  readonly fileOffset: number;
  readonly address: number;
  /** Whether the last said that it is the last of all. */
  readonly isEnd: boolean;
  readonly damage: readonly Damage[];
}

/**
 * Each segment follows a page with its address and length. What lies between two is zero. The last
 * one says so.
 */
export function* placeSegments(
  file: ByteSource,
  { memoryInBytes }: S390Header,
  parts: FileParts,
  from: SegmentStart,
): Generator<Progress, PlacedSegments, void> {
  const { volume } = from;
  let { fileOffset, address } = from;
  let gap: readonly Damage[] = [];
  try {
    for (let count = 1; fileOffset < (volume?.lastStart ?? Infinity); count++) {
      const segment = readSegment(file, fileOffset, address, memoryInBytes, count);
      const dataAt = fileOffset + pageSizeInBytes;
      checkRoom(segment, dataAt, volume?.end ?? Infinity);
      if (address < segment.start && count === 1 && address > 0) {
        // The volume before may be cut, and have lost a segment of these.
        parts.pieces.add(address, segment.start, PIECE_CORRUPT, fileOffset);
        gap = gapDamage(address, segment.start, fileOffset);
      } else if (address < segment.start) {
        parts.addWithoutBytes(address, segment.start, PIECE_ZERO);
      }
      parts.add(segment.start, segment.lengthInBytes, dataAt);
      address = segment.start + segment.lengthInBytes;
      fileOffset += pageSizeInBytes + segment.lengthInBytes;
      if (segment.isLast) {
        parts.addWithoutBytes(address, memoryInBytes, PIECE_ZERO);
        return { fileOffset, address, isEnd: true, damage: gap };
      }
      if (count % segmentsPerStep === 0) {
        yield {
          kind: 'progress',
          doing: 'reading the segments of an s390 dump',
          fraction: address / memoryInBytes,
        };
      }
    }
    return { fileOffset, address, isEnd: false, damage: gap };
  } catch (error) {
    if (!(isVmcorekitError(error, 'truncated') || isVmcorekitError(error, 'malformed'))) {
      throw error;
    }
    parts.pieces.add(address, memoryInBytes, PIECE_CORRUPT, fileOffset);
    const detail = `${error.message}; ${plural(memoryInBytes - address, 'byte')} of memory from ${hex(address)} on are lost`;
    const unfinished = { name: 'segments-unfinished', loses: 'page', detail, fileOffset } as const;
    const damage = [...gap, unfinished];
    return { fileOffset, address, isEnd: true, damage };
  }
}

function gapDamage(start: number, end: number, fileOffset: number): Damage[] {
  const detail = `${plural(end - start, 'byte')} of memory from ${hex(start)} on lie between two volumes, and nothing proves that they are zero`;
  return [{ name: 'segments-unfinished', loses: 'page', detail, fileOffset }];
}

/** A segment ends in its volume. */
function checkRoom({ lengthInBytes }: Segment, dataAt: number, end: number): void {
  const room = Math.max(0, end - dataAt);
  if (lengthInBytes > room) {
    throw new VmcorekitError('truncated', {
      structure,
      fileOffset: dataAt,
      wanted: lengthInBytes,
      got: room,
      fileSize: end,
    });
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
export function unended(file: ByteSource, end: number, { tod }: S390Header): Damage[] {
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
