import {
  hexText,
  type KernelCache,
  type KernelCachePart,
  type KernelMemory,
  uint32At,
} from '@vmcorekit/core';
import {
  bytesReadOnce,
  type CachePlace,
  cachedBytes,
  checksumOf,
  type Stretch,
} from '../../types/cached-bytes.ts';
import type { KallsymsParts, PlacedParts } from './kallsyms-parts.ts';

/** A part of a window that is the same in every dump of one build. */
interface Part {
  readonly offset: number;
  readonly sizeInBytes: number;
}

const numberSizeInBytes = 3;
const offsetSizeInBytes = 4;
const placeSizeInBytes = 4;

/**
 * Lets a table read its names, their order and its offsets from a cache, where some pages of the
 * dump show that they are the same. Else reads them whole and keeps them; nothing is kept where a
 * page of them is lost. Addresses that the kernel relocated when it started are no part of it: they
 * differ from dump to dump. Returns why what the cache holds is not used, if it is not.
 */
export function useCache(
  parts: KallsymsParts,
  memory: KernelMemory,
  place: CachePlace,
): string | undefined {
  if (parts.window.hasCopy) {
    return undefined;
  }
  const constant = constantParts(parts);
  const { bytes, refused } = bytesReadOnce(place, stretchesOf(parts, memory, constant));
  takeCopies(parts, constant, bytes);
  if (bytes !== undefined) {
    keepSearch(parts, place);
  }
  return refused;
}

/**
 * The same for a table whose names are not read yet, so that the search for the kernel reads less.
 * Only what the cache already holds is used, and only if the dump's own pages bear it out; nothing
 * is kept, because a search needs few names.
 */
export class KeptSymbols {
  readonly #cache: KernelCache;
  readonly #memory: KernelMemory;
  #buildId: string | undefined;

  constructor(cache: KernelCache, memory: KernelMemory) {
    this.#cache = cache;
    this.#memory = memory;
  }

  /**
   * That of the symbols that were taken; undefined where none were. The kernel's own must be the
   * same, or the symbols are those of another build.
   */
  get buildId(): string | undefined {
    return this.#buildId;
  }

  /** Where in its window an earlier search found the tokens, if it met the same words first. */
  placeBy(sortedWords: Uint8Array): number | undefined {
    const known = this.#cache.load(fingerprintOf([sortedWords]), 'symbols-place');
    return known?.length === placeSizeInBytes ? uint32At(known, 0, 'little') : undefined;
  }

  /** Takes the symbols of the build that had this table, once. */
  take(parts: PlacedParts): void {
    const known = this.#cache.load(fingerprintOfTable(parts), 'build-id');
    if (known === undefined || this.#buildId !== undefined) {
      return;
    }
    const buildId = hexText(known);
    const constant = constantParts(parts);
    const place: CachePlace = { cache: this.#cache, buildId, part: 'symbols' };
    const cached = cachedBytes(place, stretchesOf(parts, this.#memory, constant));
    if (cached !== undefined && 'bytes' in cached) {
      takeCopies(parts, constant, cached.bytes);
      this.#buildId = buildId;
    }
  }
}

/** Keeps what shortens the next search for this table. */
function keepSearch(parts: KallsymsParts, { cache, buildId }: CachePlace): void {
  const keep = (fingerprint: string, part: KernelCachePart, bytes: Uint8Array) => {
    const known = cache.load(fingerprint, part);
    if (known === undefined || hexText(known) !== hexText(bytes)) {
      cache.store(fingerprint, part, bytes);
    }
  };
  const { window, tokens } = parts;
  keep(fingerprintOfTable(parts), 'build-id', bytesOf(buildId));
  if (window.sortedWords !== undefined) {
    const place = new Uint8Array(placeSizeInBytes);
    new DataView(place.buffer).setUint32(0, tokens.offset, true);
    keep(fingerprintOf([window.sortedWords]), 'symbols-place', place);
  }
}

function bytesOf(hexDigits: string): Uint8Array {
  return Uint8Array.from({ length: hexDigits.length / 2 }, (_, at) =>
    Number.parseInt(hexDigits.slice(2 * at, 2 * at + 2), 16),
  );
}

/** Hardly two kernels have the same tokens, and as many names of the same size. */
function fingerprintOfTable({ tokens, names }: PlacedParts): string {
  const { bytes, starts } = tokens;
  const sizes = Uint32Array.of(names.count, names.markers.offset - names.offset);
  return fingerprintOf([bytes.subarray(0, starts.at(-1)), new Uint8Array(sizes.buffer)]);
}

function fingerprintOf(parts: readonly Uint8Array[]): string {
  const sums = parts.flatMap(checksumOf);
  return sums.map((sum) => sum.toString(16).padStart(8, '0')).join('');
}

function stretchesOf(
  { window }: PlacedParts,
  memory: KernelMemory,
  constant: readonly Part[],
): Stretch[] {
  return constant.map(({ offset, sizeInBytes }) => ({
    memory,
    start: window.start + BigInt(offset),
    sizeInBytes,
  }));
}

function takeCopies(
  { window }: PlacedParts,
  constant: readonly Part[],
  bytes: readonly Uint8Array[] | undefined,
): void {
  for (const [index, { offset }] of bytes === undefined ? [] : constant.entries()) {
    window.useCopy(offset, bytes?.[index] as Uint8Array);
  }
}

function constantParts({ names, addresses, order }: PlacedParts): Part[] {
  const { markers, count } = names;
  return [
    {
      offset: names.offset,
      sizeInBytes: markers.offset + markers.count * markers.widthInBytes - names.offset,
    },
    ...(addresses.encoding === 'absolute'
      ? []
      : [{ offset: addresses.offset, sizeInBytes: offsetSizeInBytes * count }]),
    ...(order === undefined || order instanceof Uint32Array
      ? []
      : [{ offset: order.offset, sizeInBytes: numberSizeInBytes * count }]),
  ];
}
