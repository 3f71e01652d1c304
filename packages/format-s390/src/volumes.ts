import {
  type ByteSource,
  type Damage,
  hex,
  type Progress,
  plural,
  VmcorekitError,
} from '@vmcorekit/core';
import { FileParts, PIECE_CORRUPT } from '@vmcorekit/file-memory';
import type { S390Header } from './header.ts';
import { headerInBytes, maxVolumes, pageSizeInBytes, roomForSegmentInBytes } from './layout.ts';
import { type PlacedMemory, placeSegments, unended } from './place-memory.ts';

/** A volume of a dump: the contents of its partition. */
export interface Volume {
  readonly file: ByteSource;
  readonly header: S390Header;
}

export type Volumes = readonly [Volume, ...Volume[]];

/**
 * Volumes by their numbers. Throws `contract` for several files of which one is no volume, and for
 * a volume that is there twice; `unsupported` where the first is not there.
 */
export function inOrder(volumes: readonly Volume[]): Volumes {
  const [first, ...others] = volumes.toSorted(
    (a, b) => (a.header.volume ?? -1) - (b.header.volume ?? -1),
  );
  const all = [first, ...others];
  if (first === undefined || volumes.length > maxVolumes) {
    throw new VmcorekitError('contract', {
      what: `an s390 dump has 1 to ${maxVolumes} volumes, got ${volumes.length}`,
    });
  }
  const isRepeated = others.some(
    ({ header }, index) => all[index]?.header.volume === header.volume,
  );
  if (isRepeated || (others.length > 0 && first.header.volume === null)) {
    throw new VmcorekitError('contract', {
      what: 'several files of an s390 dump are its volumes, each once',
    });
  }
  if (first.header.volume !== null && first.header.volume !== 0) {
    throw new VmcorekitError('unsupported', {
      what: `volume ${first.header.volume} of an s390 dump without the ones before it`,
      advice: 'name the contents of the partitions of all its volumes',
    });
  }
  return [first, ...others];
}

/**
 * Where memory lies on several volumes, one after the other in `file`. Each continues where the one
 * before ends. How much a volume holds follows from the size of its partition, which no header
 * states. The end mark in its place proves the sum of these sizes: of two volumes both places, of
 * more only that of the last. Segments of an extended dump state their addresses themselves.
 */
export function* placeVolumes(
  file: ByteSource,
  volumes: Volumes,
): Generator<Progress, PlacedMemory, void> {
  const [{ header }] = volumes;
  return header.isExtended ? yield* placeExtended(file, volumes) : placeWhole(file, volumes);
}

function placeWhole(file: ByteSource, volumes: Volumes): PlacedMemory {
  const [{ header }] = volumes;
  const { memoryInBytes } = header;
  const stretches: { start: number; length: number; fileOffset: number }[] = [];
  let [address, base, end] = [0, 0, 0];
  for (const [number, volume] of volumes.entries()) {
    if (volume.header.volume !== number) {
      break;
    }
    const size = volume.file.sizeInBytes;
    const room = Math.max(0, size - (size % pageSizeInBytes) - headerInBytes);
    const length = Math.min(room, memoryInBytes - address);
    stretches.push({ start: address, length, fileOffset: base + headerInBytes });
    end = base + headerInBytes + length;
    address += length;
    base += size;
  }
  const isProved = address === memoryInBytes && unended(file, end, header).length === 0;
  const parts = new FileParts(file);
  let placed = 0;
  for (const { start, length, fileOffset } of isProved ? stretches : stretches.slice(0, 1)) {
    parts.add(start, length, fileOffset);
    placed = start + length;
  }
  const last = stretches.at(-1)?.start ?? 0;
  if (isProved) {
    return { parts, damage: stretches.length > 2 ? [unsized(stretches.length, last)] : [] };
  }
  parts.pieces.add(placed, memoryInBytes, PIECE_CORRUPT, end);
  return { parts, damage: [unproved(placed, memoryInBytes, volumes.length, end)] };
}

function* placeExtended(
  file: ByteSource,
  volumes: Volumes,
): Generator<Progress, PlacedMemory, void> {
  const [{ header }] = volumes;
  const { memoryInBytes } = header;
  const parts = new FileParts(file);
  const damage: Damage[] = [];
  let [address, base] = [0, 0];
  for (const [number, volume] of volumes.entries()) {
    if (volume.header.volume !== number) {
      break;
    }
    const size = volume.file.sizeInBytes;
    const placed = yield* placeSegments(file, header, parts, {
      fileOffset: base + headerInBytes,
      address,
      volume: { lastStart: base + size - roomForSegmentInBytes, end: base + size },
    });
    damage.push(...placed.damage);
    address = placed.address;
    base += size;
    if (placed.isEnd) {
      const late = damage.length > 0 ? [] : unended(file, placed.fileOffset, header);
      return { parts, damage: [...damage, ...late] };
    }
  }
  parts.pieces.add(address, memoryInBytes, PIECE_CORRUPT, base);
  return { parts, damage: [...damage, unproved(address, memoryInBytes, volumes.length, base)] };
}

/** Errors of two sizes may cancel out, and then the mark is where it must be all the same. */
function unsized(count: number, lastStart: number): Damage {
  return {
    name: 'volume-sizes-unproved',
    loses: 'page',
    detail: `the end mark proves the sum of the sizes of the first ${count - 1} volumes, and where the memory of the last begins, ${hex(lastStart)}: memory before it lies where these sizes say, if each file has the size of its partition`,
  };
}

function unproved(from: number, to: number, count: number, fileOffset: number): Damage {
  return {
    name: 'split-part-missing',
    loses: 'page',
    detail: `${plural(count, 'volume')} of the dump are here, and no end mark where they should end: ${plural(to - from, 'byte')} of memory from ${hex(from)} on are lost`,
    fileOffset,
  };
}
