import type { KernelCache, KernelMemory, KernelView } from '@vmcorekit/core';
import {
  bytesReadOnce,
  type CachePlace,
  cachedBytes,
  type Stretch,
} from '../../types/cached-bytes.ts';
import { type KallsymsParts, KallsymsTable } from './kallsyms-table.ts';

/** A part of a window that is the same in every dump of one build. */
interface Part {
  readonly offset: number;
  readonly sizeInBytes: number;
}

const numberSizeInBytes = 3;
const offsetSizeInBytes = 4;

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
  return refused;
}

/**
 * The same for a table that was just found, so that the search for the kernel reads less. Only what
 * the cache already holds is used, and only if the dump's own pages bear it out; nothing is kept,
 * because a search needs few names.
 */
export function useKeptSymbols({ symbols, memory }: KernelView, cache: KernelCache): void {
  if (symbols instanceof KallsymsTable && symbols.buildId !== undefined) {
    const { parts, buildId } = symbols;
    const constant = constantParts(parts);
    const place: CachePlace = { cache, buildId, part: 'symbols' };
    const cached = cachedBytes(place, stretchesOf(parts, memory, constant));
    if (cached !== undefined && 'bytes' in cached) {
      takeCopies(parts, constant, cached.bytes);
    }
  }
}

function stretchesOf(
  { window }: KallsymsParts,
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
  { window }: KallsymsParts,
  constant: readonly Part[],
  bytes: readonly Uint8Array[] | undefined,
): void {
  for (const [index, { offset }] of bytes === undefined ? [] : constant.entries()) {
    window.useCopy(offset, bytes?.[index] as Uint8Array);
  }
}

function constantParts({ names, addresses, order }: KallsymsParts): Part[] {
  const { markers, count } = names;
  return [
    {
      offset: names.offset,
      sizeInBytes: markers.offset + markers.count * markers.widthInBytes - names.offset,
    },
    ...(addresses.encoding === 'absolute'
      ? []
      : [{ offset: addresses.offset, sizeInBytes: offsetSizeInBytes * count }]),
    ...(order instanceof Uint32Array
      ? []
      : [{ offset: order.offset, sizeInBytes: numberSizeInBytes * count }]),
  ];
}
