import { isVmcorekitError, type PlacedBytes, type Progress, VmcorekitError } from '@vmcorekit/core';
import { type MapRange, type ReadMap, readMap } from './read-map.ts';
import { keyOf } from './urns.ts';
import { symbolicStream, typesOf, valuesOf, withoutNamespace } from './vocabulary.ts';
import type { Aff4Volume } from './volume.ts';

const mapTypes: readonly string[] = ['Map', 'map'];
const streamTypes: readonly string[] = ['ImageStream', 'image', 'stream'];
const memoryTypes: readonly string[] = ['MemoryImage', 'PhysicalMemory'];
const memoryCategory = 'memory/physical';
/** The files of a stream or a map, in the folder of its name. */
const part: RegExp = /^(.*)\/(?:\d{8}(?:[./].*)?|map|idx|mapPath)$/s;
/** Takes some milliseconds. */
const objectsPerStep = 1024;
const finding: Progress = {
  kind: 'progress',
  doing: 'finding what an AFF4 volume holds',
  fraction: null,
};

export type ObjectKind = 'map' | 'stream' | 'encrypted stream' | 'file';

/** Something in a volume that has bytes. */
export interface Aff4Object {
  readonly urn: string;
  readonly kind: ObjectKind;
  /** The URNs of the images whose data it is. */
  readonly images: readonly string[];
  readonly isMemory: boolean;
  /** Absent where it is no map, or one that cannot be read. */
  readonly map?: ReadMap;
}

/** What kind of object a URN names; undefined where nothing says. */
export function kindOf(volume: Aff4Volume, urn: string): ObjectKind | undefined {
  const types = typesOf(volume.graph, urn);
  const isAny = (names: readonly string[]): boolean => names.some((name) => types.has(name));
  if (isAny(['EncryptedStream'])) {
    return 'encrypted stream';
  }
  return isAny(mapTypes)
    ? 'map'
    : isAny(streamTypes)
      ? 'stream'
      : volume.memberOf(urn) === undefined
        ? undefined
        : 'file';
}

/** What a volume holds. */
export interface VolumeObjects {
  /** The maps, streams and files, but not those that only hold what is part of another. */
  readonly listed: readonly Aff4Object[];
  /** Each map, by the key of its URN; or why it cannot be read. */
  readonly maps: ReadonlyMap<string, ReadMap | VmcorekitError>;
}

/** Finds what a volume holds. Each map is read once. */
export function* objectsOf(volume: Aff4Volume): Generator<Progress, VolumeObjects, void> {
  const { graph, subjects } = volume;
  const imagesOf = new Map<string, string[]>();
  const urns = new Map<string, string>();
  let steps = 0;
  for (const image of subjects.values()) {
    for (const { value } of valuesOf(graph, image, 'dataStream')) {
      const data = keyOf(value);
      urns.set(data, urns.get(data) ?? subjects.get(data) ?? value);
      const images = imagesOf.get(data) ?? [];
      imagesOf.set(data, images);
      images.push(image);
    }
    if (steps++ % objectsPerStep === 0) {
      yield finding;
    }
  }
  for (const [key, urn] of subjects) {
    urns.set(key, urn);
  }
  const all = new Map<string, Aff4Object>();
  const maps = new Map<string, ReadMap | VmcorekitError>();
  for (const [key, urn] of urns) {
    if (steps++ % objectsPerStep === 0) {
      yield finding;
    }
    const kind = kindOf(volume, urn);
    const images = imagesOf.get(key) ?? [];
    if (kind !== undefined && !volume.isDescription(volume.memberOf(urn) ?? '')) {
      const map = kind === 'map' ? yield* readable(volume, urn) : undefined;
      if (map !== undefined) {
        maps.set(key, map);
      }
      all.set(key, {
        urn,
        kind,
        images,
        isMemory: [urn, ...images].some((each) => isOfMemory(volume, each)),
        ...(map === undefined || map instanceof VmcorekitError ? {} : { map }),
      });
    }
  }
  for (const { name } of volume.archive.entries) {
    const key = volume.keyOfMember(name);
    const base = part.exec(key)?.[1];
    const owner = base === undefined ? undefined : all.get(base);
    const isPart = owner !== undefined && owner.kind !== 'file';
    if (!isPart && !all.has(key) && !volume.isDescription(name)) {
      all.set(key, { urn: key, kind: 'file', images: [], isMemory: false });
    }
  }
  for (const { map } of [...all.values()]) {
    yield finding;
    for (const target of new Set(map?.ranges.map((range) => range.target))) {
      const held = all.get(keyOf(target));
      if (held !== undefined && held.images.length === 0 && !held.isMemory) {
        all.delete(keyOf(target));
      }
    }
  }
  return { listed: [...all.values()], maps };
}

/** Where the ranges of a map of memory lie. What was not read on purpose is not there. */
export function placesOf(ranges: readonly MapRange[]): PlacedBytes[] {
  const placed: PlacedBytes[] = [];
  for (const { start, end, target } of ranges) {
    const symbolic = symbolicStream(target);
    const isThere = symbolic === undefined || !('isUnread' in symbolic) || !symbolic.isUnread;
    const last = placed.at(-1);
    if (isThere && last !== undefined && last.address + last.lengthInBytes === start) {
      placed[placed.length - 1] = { ...last, lengthInBytes: end - last.address };
    } else if (isThere) {
      placed.push({ address: start, lengthInBytes: end - start, fileOffset: start });
    }
  }
  return placed;
}

/** A map that is damaged, or of another volume, takes no other object with it. */
function* readable(
  volume: Aff4Volume,
  urn: string,
): Generator<Progress, ReadMap | VmcorekitError, void> {
  try {
    return yield* readMap(volume, urn);
  } catch (error) {
    if (
      isVmcorekitError(error, 'unsupported') ||
      isVmcorekitError(error, 'malformed') ||
      isVmcorekitError(error, 'truncated')
    ) {
      return error;
    }
    throw error;
  }
}

function isOfMemory({ graph }: Aff4Volume, urn: string): boolean {
  const types = typesOf(graph, urn);
  return (
    memoryTypes.some((name) => types.has(name)) ||
    valuesOf(graph, urn, 'category').some(({ value }) => withoutNamespace(value) === memoryCategory)
  );
}
