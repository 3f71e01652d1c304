import {
  btfLimitInBytes,
  type KernelCache,
  type KernelMemory,
  type KernelView,
  plural,
  type TypeTable,
  tryRead,
} from '@vmcorekit/core';
import { PagedBytes, wholeBytes } from './btf-bytes.ts';
import { tryUndamaged } from './btf-damage.ts';
import { noBtf } from './btf-header.ts';
import { type BtfRecords, IndexedRecords } from './btf-records.ts';
import { scanForBtf } from './btf-scan.ts';
import { BtfSection } from './btf-section.ts';
import { typesOfRecords } from './btf-types.ts';
import { type CachePlace, cachedBytes, keepBytes } from './cached-bytes.ts';
import { partialRecords } from './partial-records.ts';
import { recordPlaces } from './record-places.ts';
import { sortedRecords } from './sorted-records.ts';

/** What finding a kernel's BTF needs of it. */
export type BtfView = Pick<KernelView, 'memory' | 'symbols' | 'runs'>;

/** Where to look for a kernel's types first, and to keep them. */
export interface BtfCache {
  readonly cache: KernelCache;
  /** The kernel's; null where it is not proved, and then the cache is not used. */
  readonly buildId: string | null;
}

interface Opened {
  readonly records: BtfRecords;
  readonly isPartial: boolean;
  readonly remarks: readonly string[];
}

/** A kernel's modules go on with its types, so it is read once. */
const opened: WeakMap<KernelMemory, Opened> = new WeakMap();

/**
 * The types that a kernel keeps about itself (CONFIG_DEBUG_INFO_BTF, Linux 5.2 and later). They lie
 * between `__start_BTF` and `__stop_BTF`. Where its symbols do not name these, they are the one BTF
 * in its read-only data. Where the kernel has sorted them by name (Linux 7.x), only the pages are
 * read that a type needs. A type in a lost page is unknown, and a remark says so. A cache has
 * them without the dump, where some pages show that they are the same; else it gets all of them.
 * Throws `unsupported` where the kernel has none, `truncated` or `malformed` where it is damaged,
 * `not-mapped` or `page-unreadable` where not even its header is in the dump. Source: Linux,
 * include/asm-generic/vmlinux.lds.h (BTF).
 */
export function btfInMemory(view: BtfView, cache?: BtfCache): TypeTable {
  const { records, remarks, isPartial } = openOnce(view, cache);
  const { wordSizeInBits } = view.memory;
  return typesOfRecords(records, { wordSizeInBits, remarks, isPartial });
}

/** The records of the BTF that `btfInMemory` reads; throws as it does. */
export function btfRecordsOf(view: BtfView): BtfRecords {
  return openOnce(view).records;
}

function openOnce(view: BtfView, cache?: BtfCache): Opened {
  const held = opened.get(view.memory);
  if (held !== undefined) {
    return held;
  }
  const found = open(view, cache);
  opened.set(view.memory, found);
  return found;
}

function open(view: BtfView, cache: BtfCache | undefined): Opened {
  const { memory, symbols } = view;
  const start = symbols.find('__start_BTF')?.address;
  const end = symbols.find('__stop_BTF')?.address;
  if (start === undefined || end === undefined) {
    return { records: scanForBtf(view), isPartial: false, remarks: [] };
  }
  if (end <= start || end - start > BigInt(btfLimitInBytes)) {
    throw noBtf(`__start_BTF and __stop_BTF of ${symbols.from} lie ${end - start} bytes apart`);
  }
  const bytes = new PagedBytes(memory, start, Number(end - start));
  return cache === undefined || cache.buildId === null
    ? openUncached(view, bytes, start)
    : openCached(view, bytes, start, {
        cache: cache.cache,
        buildId: cache.buildId,
        part: 'types',
      });
}

function openUncached(view: BtfView, bytes: PagedBytes, start: bigint): Opened {
  const records = sortedByKernel(view, bytes, start) ?? tryUndamaged(() => wholeRecords(bytes));
  return records === undefined
    ? openPartly(view, bytes, start)
    : { records, isPartial: false, remarks: [] };
}

/** What the dump has of it. */
function openPartly(view: BtfView, bytes: PagedBytes, start: bigint): Opened {
  const section = new BtfSection(bytes);
  const btf = ownerOf(view);
  const known =
    btf === 0n ? undefined : tryUndamaged(() => recordPlaces(view.memory, section, start, btf));
  const records = partialRecords(bytes, section, known);
  const { all, lost } = bytes.pages;
  const cost = known === undefined ? ', and of types only those before the first of them' : '';
  const because =
    lost === 0
      ? 'a record is not as long as the kernel has it'
      : `${lost} of ${plural(all, 'page')} cannot be read${cost}`;
  return { records, isPartial: true, remarks: [`BTF is read only in part: ${because}`] };
}

/** From the cache, else whole out of the dump and then kept. Else what the dump still has. */
function openCached(view: BtfView, bytes: PagedBytes, start: bigint, place: CachePlace): Opened {
  const sizeInBytes = bytes.bytes.length;
  const cached = cachedBytes(place, [{ memory: view.memory, start, sizeInBytes }]);
  const copy = cached !== undefined && 'bytes' in cached ? cached.bytes[0] : undefined;
  const kept = copy === undefined ? undefined : tryUndamaged(() => recordsIn(copy));
  if (kept !== undefined) {
    return { records: kept, isPartial: false, remarks: [] };
  }
  const remarks = cached !== undefined && 'refused' in cached ? [cached.refused] : [];
  const whole = tryUndamaged(() => wholeRecords(bytes));
  if (whole !== undefined) {
    keepBytes(place, [bytes.bytes]);
  }
  if (whole !== undefined) {
    return { records: whole, isPartial: false, remarks };
  }
  const partly = openUncached(view, bytes, start);
  return { ...partly, remarks: [...remarks, ...partly.remarks] };
}

/** The kernel's `struct btf` of the section; 0 where that is not known. */
function ownerOf({ memory, symbols }: BtfView): bigint {
  const pointer = symbols.find('btf_vmlinux')?.address;
  return pointer === undefined ? 0n : (tryRead(() => memory.readPointer(pointer)) ?? 0n);
}

/** Undefined where the kernel has no `struct btf` of it, or has not sorted it. */
function sortedByKernel(view: BtfView, bytes: PagedBytes, start: bigint): BtfRecords | undefined {
  const btf = ownerOf(view);
  return btf === 0n ? undefined : tryUndamaged(() => sortedRecords(view.memory, bytes, start, btf));
}

function wholeRecords(bytes: PagedBytes): BtfRecords {
  bytes.need(0, bytes.bytes.length);
  return recordsIn(bytes.bytes);
}

function recordsIn(bytes: Uint8Array): BtfRecords {
  return new IndexedRecords(new BtfSection(wholeBytes(bytes)));
}
