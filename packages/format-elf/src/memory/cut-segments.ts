import { lowestIndex } from '@vmcorekit/core';
import { PT_LOAD } from '../elf-constants.ts';
import type { ProgramHeaders } from '../program-headers.ts';

/** Fewer bytes are no page of memory: a file may also end with a section name. */
const leastUnplacedInBytes = 4096;

/** Memory that the file holds after its segment's p_filesz. */
export interface RegainedPart {
  readonly start: number;
  readonly fileOffset: number;
  readonly sizeInBytes: number;
}

export interface CutSegments {
  readonly regained: readonly RegainedPart[];
  /** Those of the regained bytes that no p_filesz covers. */
  readonly bytesLeftOut: number;
  /**
   * Bytes of the file right after a segment that continues in memory. They lie in no segment, and
   * nothing proves their address.
   */
  readonly bytesUnplaced: number;
}

interface Part {
  readonly start: number;
  readonly offset: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly isCut: boolean;
}

/**
 * QEMU with paging on writes a segment for each mapping of the guest's page tables. Where a mapping
 * runs over the end of a block of guest memory, it cuts p_filesz there (QEMU 2.0 to 10.0,
 * dump/dump.c, `get_offset_range`), though the mapping may go on in the next block: NUMA nodes and
 * ROM are blocks of their own.
 *
 * Blocks lie in the file one right after the other, by ascending address, mapped or not
 * (system/memory_mapping.c, `guest_phys_blocks_region_add`, which asserts it). So from block to
 * block an address grows at least as much as the offset. Where both grew by the same, no address
 * was passed over, and all memory between lies in the file at that distance. A segment that lies at
 * or beyond the end of a cut one, at the same distance, proves that. Without one, the bytes that
 * follow may be of a device elsewhere.
 */
export function cutSegments(
  headers: ProgramHeaders,
  fileSizeInBytes: number,
  isCut: (index: number) => boolean,
): CutSegments {
  const parts = partsOf(headers, isCut).sort(
    (a, b) => a.offset - b.offset || distanceOf(a) - distanceOf(b),
  );
  const cut = parts.filter((part) => part.isCut);
  const reach = reachByDistance(parts);
  if (cut.length === 0 || reach === null) {
    return { regained: [], bytesLeftOut: 0, bytesUnplaced: 0 };
  }
  const regained: RegainedPart[] = [];
  const unplaced = new Map<number, number>();
  for (const part of cut) {
    const distance = distanceOf(part);
    const start = part.start + part.fileSize;
    const memoryEnd = part.start + part.memorySize;
    const provedTo = Math.min(memoryEnd, reach.get(distance) ?? start);
    if (provedTo > start) {
      regained.push({ start, fileOffset: start - distance, sizeInBytes: provedTo - start });
    }
    const offset = Math.max(start, provedTo) - distance;
    const next =
      parts[lowestIndex(parts.length, (index) => (parts[index]?.offset ?? offset) < offset)]
        ?.offset ?? fileSizeInBytes;
    const sizeInBytes = Math.min(memoryEnd - distance, next, fileSizeInBytes) - offset;
    if (sizeInBytes >= leastUnplacedInBytes) {
      unplaced.set(offset, Math.max(unplaced.get(offset) ?? 0, sizeInBytes));
    }
  }
  return {
    regained,
    bytesLeftOut: uncovered(regained, parts),
    bytesUnplaced: [...unplaced.values()].reduce((sum, size) => sum + size, 0),
  };
}

function partsOf(headers: ProgramHeaders, isCut: (index: number) => boolean): Part[] {
  const parts: Part[] = [];
  for (let index = 0; index < headers.count; index++) {
    const [start = 0, offset = 0] = [headers.physicalAddress[index], headers.offset[index]];
    const [fileSize = 0, memorySize = 0] = [headers.fileSize[index], headers.memorySize[index]];
    const isMemory = headers.type[index] === PT_LOAD && start !== headers.allOnes && fileSize > 0;
    if (
      isMemory &&
      Number.isSafeInteger(start + Math.max(fileSize, memorySize)) &&
      Number.isSafeInteger(offset + fileSize)
    ) {
      parts.push({
        start,
        offset,
        fileSize,
        memorySize,
        isCut: memorySize > fileSize && isCut(index),
      });
    }
  }
  return parts;
}

/** An address and its place in the file, compared. */
function distanceOf({ start, offset }: Part): number {
  return start - offset;
}

/**
 * How far segments reach in memory at each distance; null where they are not laid out as blocks.
 */
function reachByDistance(parts: readonly Part[]): ReadonlyMap<number, number> | null {
  const reach = new Map<number, number>();
  let last = Number.NEGATIVE_INFINITY;
  let fileEnd = 0;
  for (const part of parts) {
    const distance = distanceOf(part);
    if (distance < last || (distance > last && part.offset < fileEnd)) {
      return null;
    }
    last = distance;
    fileEnd = Math.max(fileEnd, part.offset + part.fileSize);
    reach.set(distance, Math.max(reach.get(distance) ?? 0, part.start + part.fileSize));
  }
  return reach;
}

/** The number of regained bytes that lie in no segment's file part. */
function uncovered(regained: readonly RegainedPart[], parts: readonly Part[]): number {
  let bytes = 0;
  let next = 0;
  let coveredTo = 0;
  for (const { fileOffset, sizeInBytes } of regained.toSorted(
    (a, b) => a.fileOffset - b.fileOffset,
  )) {
    const end = fileOffset + sizeInBytes;
    for (let part = parts[next]; part !== undefined && part.offset < end; part = parts[++next]) {
      const from = Math.max(fileOffset, coveredTo);
      bytes += Math.max(0, part.offset - from);
      coveredTo = Math.max(coveredTo, part.offset + part.fileSize);
    }
    bytes += Math.max(0, end - Math.max(fileOffset, coveredTo));
    coveredTo = Math.max(coveredTo, end);
  }
  return bytes;
}
