import type { KernelMemory } from '@vmcorekit/core';
import { bytesReadOnce, type CachePlace } from '../../types/cached-bytes.ts';
import type { KallsymsParts } from './kallsyms-table.ts';

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
  const { window } = parts;
  const constant = constantParts(parts);
  const stretches = constant.map(({ offset, sizeInBytes }) => ({
    memory,
    start: window.start + BigInt(offset),
    sizeInBytes,
  }));
  const { bytes, refused } = bytesReadOnce(place, stretches);
  for (const [index, { offset }] of bytes === undefined ? [] : constant.entries()) {
    window.useCopy(offset, bytes?.[index] as Uint8Array);
  }
  return refused;
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
