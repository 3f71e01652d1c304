import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { number, optional, pointer, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { type DirectMap, pfnOfPage } from './direct-map.ts';

/** What a `struct page` says of itself. */
export interface PageFrame {
  readonly address: VirtualAddress;
  readonly pfn: bigint;
  readonly flags: bigint;
  readonly refcount: number | null;
  /** As stored: a count of mappings less one, or a type. */
  readonly pageType: number | null;
  readonly mapping: bigint | null;
  readonly index: bigint | null;
  readonly private: bigint | null;
  /** The first page of the compound page that this one belongs to; null for a single page. */
  readonly head: VirtualAddress | null;
}

const readerOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'page', {
    flags: wide('flags.f', 'flags'),
    link: wide('compound_info', 'compound_head'),
    pageType: optional(number('page_type')),
    refcount: optional(number('_refcount.counter', '_refcount')),
    mapping: optional(pointer('mapping')),
    index: optional(wide('index', '__folio_index')),
    private: optional(wide('private')),
  }),
);

/**
 * Reads the `struct page` of a frame number. Undefined where the dump lacks it, as for frames that
 * are no memory.
 */
export function pageFrameAt(kernel: Kernel, map: DirectMap, pfn: bigint): PageFrame | undefined {
  const address = map.vmemmap + pfn * map.pageStructSize;
  const values = pfn < 0n || pfn >= map.pageCount ? undefined : readerOf(kernel)?.tryRead(address);
  return values === undefined
    ? undefined
    : {
        address,
        pfn,
        flags: values.flags,
        refcount: values.refcount === null ? null : values.refcount | 0,
        pageType: values.pageType,
        mapping: values.mapping,
        index: values.index,
        private: values.private,
        head: headOf(map, address, values.link),
      };
}

/**
 * With bit 0, the word leads to the head: it is the head's address, or since Linux 7.0 a mask of
 * the page's own. Null for a head and a single page. Source: Linux, include/linux/page-flags.h
 * (_compound_head).
 */
function headOf(map: DirectMap, page: VirtualAddress, link: bigint): VirtualAddress | null {
  if ((link & 1n) === 0n) {
    return null;
  }
  const head = pfnOfPage(map, link - 1n) === undefined ? page & (link - 1n) : link - 1n;
  const isPage = (head - map.vmemmap) % map.pageStructSize === 0n;
  return isPage && head < page && pfnOfPage(map, head) !== undefined ? head : null;
}

/** The names of the flags that are set, from the lowest on; empty where the types lack them. */
export function pageFlagNames({ types }: Pick<Kernel, 'types'>, flags: bigint): string[] {
  const values = types.enumeration('pageflags');
  const end = values?.get('__NR_PAGEFLAGS') ?? 0n;
  const names = new Map<bigint, string>();
  for (const [name, bit] of values ?? []) {
    // Later names of a bit mean something in one kind of page alone.
    if (bit < end && !names.has(bit)) {
      names.set(bit, name.replace(/^PG_/, ''));
    }
  }
  return [...names]
    .filter(([bit]) => ((flags >> bit) & 1n) === 1n)
    .toSorted(([one], [other]) => Number(one - other))
    .map(([, name]) => name);
}

/** Since Linux 6.12 the upper byte of `page_type` is one of `enum pagetype`. */
const pageTypeShift = 24;
/** Before Linux 6.10, types are cleared bits under it. Source: include/linux/page-flags.h. */
const pageTypeBase = 0xf0000000;

/**
 * The type of a page: `buddy`, `table`, `slab`, …. Null where it has none. Undefined where this
 * kernel's form of types is not known. Source: Linux, include/linux/page-flags.h.
 */
export function pageTypeOf(kernel: Kernel, pageType: number | null): string | null | undefined {
  const types = kernel.types.enumeration('pagetype');
  if (pageType === null) {
    return undefined;
  }
  if (types !== undefined) {
    const byte = BigInt(pageType >>> pageTypeShift);
    // The last one is the count of a page that nothing maps.
    const named = [...types].filter(
      ([name]) => name.startsWith('PGTY_') && name !== 'PGTY_mapcount_underflow',
    );
    const found = named.find(([, value]) => value === byte)?.[0].slice('PGTY_'.length);
    return named.length === 0 ? undefined : (found ?? null);
  }
  if ((pageType & pageTypeBase) >>> 0 !== pageTypeBase) {
    return null;
  }
  // All bits are set in a page that nothing maps.
  const cleared = ~pageType & ~pageTypeBase;
  return cleared === 0 ? null : clearedTypes(kernel).get(cleared);
}

/** Linux 5.11 took one type out, and brought `memcg_data`, so the others moved. */
function clearedTypes({ types }: Kernel): ReadonlyMap<number, string> {
  const page = types.struct('page');
  const known = [
    [0x80, 'buddy'],
    [0x100, 'offline'],
  ] as const;
  if (page?.member('memcg_data') !== undefined) {
    return new Map([...known, [0x200, 'table'], [0x400, 'guard']]);
  }
  return page?.member('mem_cgroup') === undefined
    ? new Map(known)
    : new Map([...known, [0x200, 'kmemcg'], [0x400, 'table'], [0x800, 'guard']]);
}

/** Slab pages have a flag up to Linux 6.9, and a type since. */
export function isSlabPage(kernel: Kernel, { flags, pageType }: PageFrame): boolean {
  const flag = kernel.types.enumeration('pageflags')?.get('PG_slab');
  return kernel.types.enumeration('pagetype')?.has('PGTY_slab') === true
    ? pageTypeOf(kernel, pageType) === 'slab'
    : flag !== undefined && ((flags >> flag) & 1n) === 1n;
}

/** MAX_PAGE_ORDER in most configurations; a larger block is not looked for. */
const maxBlockOrder = 18;

/** The free block that holds a page, by its first page's mark; undefined where there is none. */
export function freeBlockOf(
  kernel: Kernel,
  map: DirectMap,
  pfn: bigint,
): { readonly pfn: bigint; readonly order: number } | undefined {
  for (let order = 0; order <= maxBlockOrder; order++) {
    const first = (pfn >> BigInt(order)) << BigInt(order);
    const frame = order === 0 || first !== pfn ? pageFrameAt(kernel, map, first) : undefined;
    if (frame !== undefined && pageTypeOf(kernel, frame.pageType) === 'buddy') {
      const own = frame.private ?? -1n;
      const isWithin = own >= BigInt(order) && own <= BigInt(maxBlockOrder);
      return isWithin && pfn < first + (1n << own) ? { pfn: first, order: Number(own) } : undefined;
    }
  }
  return undefined;
}

/** The page as an inode's or a process's: `mapping` has marks in its lowest bits. */
export function mappingKindOf(
  mapping: bigint | null,
): 'anonymous' | 'file' | 'ksm' | 'movable' | null {
  if (mapping === null || mapping === 0n) {
    return null;
  }
  return (['file', 'anonymous', 'movable', 'ksm'] as const)[Number(mapping & 3n)] ?? null;
}

/** The inode of a page of the page cache, by its `address_space`. */
export function inodeOfMapping(
  kernel: Kernel,
  mapping: VirtualAddress,
): { readonly address: VirtualAddress; readonly number: bigint; readonly device: string } | null {
  const space = knownReader(kernel, 'address_space', { host: pointer('host') });
  const inode = knownReader(kernel, 'inode', {
    number: wide('i_ino'),
    superBlock: pointer('i_sb'),
  });
  const host = space?.tryRead(mapping)?.host ?? 0n;
  const values = host === 0n ? undefined : inode?.tryRead(host);
  if (values === undefined) {
    return null;
  }
  const device = tryRead(() =>
    kernel.object('struct super_block', values.superBlock).at('s_id').text(),
  );
  return { address: host, number: values.number, device: device ?? '' };
}
