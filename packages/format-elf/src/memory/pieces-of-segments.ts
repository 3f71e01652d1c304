import { type ByteSource, type Damage, hex } from '@vmcorekit/core';
import { FileParts, type Pieces } from '@vmcorekit/file-memory';
import { PT_LOAD } from '../elf-constants.ts';
import type { ProgramHeaders } from '../program-headers.ts';
import { cutSegments } from './cut-segments.ts';
import type { TailKind } from './tail-kind.ts';

/** Damage is reported for the first few segments of each kind; a hostile file has millions. */
const maxReported = 8;

/** How to take segments. */
export interface SegmentReading {
  readonly tailKind: TailKind;
  /**
   * Which of two segments holds the memory that both name: the first as written, or the largest.
   * /proc/kcore's segment of the kernel's image also names memory that the kernel has unmapped
   * there, and gives zeros for it; the segments of RAM give what it holds.
   */
  readonly order: 'as-written' | 'largest-first';
}

/** A number above 2^53 stands for a multiple of this exactly. */
const pageInBytes = 4096;
/** The operating system's offsets in files have 63 bits. */
const endOfFiles: number = 2 ** 63;

/**
 * Cuts each PT_LOAD into three parts: bytes in the file, bytes the file lost (it ends too early),
 * and the tail beyond p_filesz. QEMU's files may hold more of the tail than they say. Leaves out
 * segments without a physical address (p_paddr all ones: /proc/kcore's vmalloc areas) and without a
 * place in the file (p_offset all ones: QEMU's mappings of devices). Numbers that are no addresses
 * are damage, and their segment is left out. Places beyond 2^53 are taken where all of the file is
 * in whole pages, as in /proc/kcore of a kernel with five levels of page tables.
 */
export function piecesOfSegments(
  headers: ProgramHeaders,
  source: ByteSource,
  { tailKind, order }: SegmentReading,
  damage: Damage[],
): Pieces {
  const parts = new FileParts(source);
  const endOfOffsets = isInPages(headers) ? endOfFiles : Number.MAX_SAFE_INTEGER;
  let malformed = 0;
  for (const index of indexesOf(headers, order)) {
    const [start = 0, offset = 0] = [headers.physicalAddress[index], headers.offset[index]];
    const [fileSize = 0, memorySize = 0] = [headers.fileSize[index], headers.memorySize[index]];
    if (
      headers.type[index] !== PT_LOAD ||
      start === headers.allOnes ||
      (offset === headers.allOnes && fileSize === 0)
    ) {
      continue;
    }
    if (
      start + Math.max(fileSize, memorySize) > Number.MAX_SAFE_INTEGER ||
      offset + fileSize > endOfOffsets
    ) {
      if (++malformed <= maxReported) {
        const fileOffset = headers.fileOffset + index * headers.entrySizeInBytes;
        damage.push({
          name: 'segment-malformed',
          loses: 'nothing',
          detail: `program header at ${hex(fileOffset)}: p_paddr ${hex(start)}, p_offset ${hex(offset)}, p_filesz ${hex(fileSize)} and p_memsz ${hex(memorySize)} reach beyond 2^53; the segment is left out`,
          fileOffset,
        });
      }
      continue;
    }
    parts.add(start, fileSize, offset);
    const kind = tailKind(headers.align[index] ?? 0);
    if (kind !== null) {
      parts.addWithoutBytes(start + fileSize, start + memorySize, kind);
    }
  }
  const cut = cutSegments(
    headers,
    source.sizeInBytes,
    (index) => tailKind(headers.align[index] ?? 0) === null,
  );
  for (const { start, fileOffset, sizeInBytes } of cut.regained) {
    parts.add(start, sizeInBytes, fileOffset);
  }
  if (cut.bytesLeftOut > 0) {
    damage.push({
      name: 'segments-cut-short',
      loses: 'nothing',
      detail: `the program headers leave out ${cut.bytesLeftOut} bytes of memory that the file holds; the segments around them prove where they lie`,
    });
  }
  if (cut.bytesUnplaced > 0) {
    damage.push({
      name: 'memory-unplaced',
      loses: 'memory',
      detail: `${cut.bytesUnplaced} bytes of the file lie in no segment, right after segments that go on in memory; nothing proves that they are that memory`,
    });
  }
  if (malformed > maxReported) {
    damage.push({
      name: 'segment-malformed',
      loses: 'nothing',
      detail: `${malformed - maxReported} more program headers like that`,
    });
  }
  damage.push(...parts.damage('segments'));
  return parts.pieces;
}

function indexesOf(
  { count, fileSize }: ProgramHeaders,
  order: SegmentReading['order'],
): Iterable<number> {
  const indexes = Uint32Array.from({ length: count }, (_, index) => index);
  return order === 'as-written'
    ? indexes
    : indexes.sort((a, b) => (fileSize[b] ?? 0) - (fileSize[a] ?? 0) || a - b);
}

/** Whether each stretch of memory, and its place in the file, begins and ends with a page. */
function isInPages(headers: ProgramHeaders): boolean {
  const { physicalAddress, fileSize, memorySize } = headers;
  return headers.type.every(
    (type, index) =>
      type !== PT_LOAD ||
      physicalAddress[index] === headers.allOnes ||
      (headers.isOffsetOfPage[index] === 1 &&
        [physicalAddress, fileSize, memorySize].every(
          (column) => (column[index] ?? 0) % pageInBytes === 0,
        )),
  );
}
