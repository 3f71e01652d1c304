import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';

/** MAX_OBJS_PER_PAGE: `objects` has 15 bits. Source: Linux, mm/slub.c. */
export const maxObjectsInSlab: number = 2 ** 15;

/** What a free object's pointer to the next one is stored by. */
export interface FreelistForm {
  /** Bytes from the object's start to its pointer. */
  readonly freeAt: number;
  /** Null where pointers are stored as they are. */
  readonly random: bigint | null;
}

/** The objects of one slab. */
export interface SlabRange {
  /** Of its first object. */
  readonly start: VirtualAddress;
  readonly size: bigint;
  readonly count: number;
}

/**
 * The objects of a slab that hang on a free list, by their addresses. Undefined where the list
 * leaves the slab, comes back to an object, or cannot be read: it was changed while the dump was
 * written, or was overwritten. Source: Linux, mm/slub.c (freelist_ptr_decode); since Linux 5.7 the
 * place of a hidden pointer is byte-swapped.
 */
export function freeObjects(
  kernel: Kernel,
  first: VirtualAddress,
  range: SlabRange,
  form: FreelistForm,
): ReadonlySet<bigint> | undefined {
  return (
    followed(kernel, first, range, form, true) ??
    (form.random === null ? undefined : followed(kernel, first, range, form, false))
  );
}

function followed(
  { memory }: Kernel,
  first: VirtualAddress,
  { start, size, count }: SlabRange,
  { freeAt, random }: FreelistForm,
  isSwapped: boolean,
): ReadonlySet<bigint> | undefined {
  const found = new Set<bigint>();
  const bits = memory.wordSizeInBits;
  let at = first;
  while (at !== 0n) {
    const within = at - start;
    const isObject = within >= 0n && within < size * BigInt(count) && within % size === 0n;
    if (!isObject || found.has(at)) {
      return undefined;
    }
    found.add(at);
    const place = at + BigInt(freeAt);
    const stored = tryRead(() => memory.readPointer(place));
    if (stored === undefined) {
      return undefined;
    }
    at =
      random === null
        ? stored
        : BigInt.asUintN(bits, stored ^ random ^ (isSwapped ? swapped(place, bits) : place));
  }
  return found;
}

function swapped(value: bigint, bits: 32 | 64): bigint {
  let result = 0n;
  for (let shift = 0n; shift < BigInt(bits); shift += 8n) {
    result = (result << 8n) | ((value >> shift) & 0xffn);
  }
  return result;
}
