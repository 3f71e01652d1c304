import {
  btfLimitInBytes,
  type KernelMemory,
  type KernelView,
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
import { sortedRecords } from './sorted-records.ts';

/** What finding a kernel's BTF needs of it. */
export type BtfView = Pick<KernelView, 'memory' | 'symbols' | 'runs'>;

/** A kernel's modules go on with its types, so it is read once. */
const opened: WeakMap<KernelMemory, BtfRecords> = new WeakMap();

/**
 * The types that a kernel keeps about itself (CONFIG_DEBUG_INFO_BTF, Linux 5.2 and later). They lie
 * between `__start_BTF` and `__stop_BTF`. Where its symbols do not name these, they are the one BTF
 * in its read-only data. Where the kernel has sorted them by name (Linux 7.x), only the pages are
 * read that a type needs; a type in a lost page is unknown then, and a remark says so. Throws
 * `unsupported` where it has none, `truncated` or `malformed` where it is damaged, `not-mapped` or
 * `page-unreadable` where types without order are not all in the dump. Source: Linux,
 * include/asm-generic/vmlinux.lds.h (BTF).
 */
export function btfInMemory(view: BtfView): TypeTable {
  return typesOfRecords(btfRecordsOf(view), { wordSizeInBits: view.memory.wordSizeInBits });
}

/** The records of the BTF that `btfInMemory` reads; throws as it does. */
export function btfRecordsOf(view: BtfView): BtfRecords {
  const held = opened.get(view.memory);
  if (held !== undefined) {
    return held;
  }
  const records = findRecords(view);
  opened.set(view.memory, records);
  return records;
}

function findRecords(view: BtfView): BtfRecords {
  const { memory, symbols } = view;
  const start = symbols.find('__start_BTF')?.address;
  const end = symbols.find('__stop_BTF')?.address;
  if (start === undefined || end === undefined) {
    return scanForBtf(view);
  }
  if (end <= start || end - start > BigInt(btfLimitInBytes)) {
    throw noBtf(`__start_BTF and __stop_BTF of ${symbols.from} lie ${end - start} bytes apart`);
  }
  const bytes = new PagedBytes(memory, start, Number(end - start));
  return sortedByKernel(view, bytes, start) ?? wholeRecords(bytes);
}

/** Undefined where the kernel has no `struct btf` of it, or has not sorted it. */
function sortedByKernel(
  { memory, symbols }: BtfView,
  bytes: PagedBytes,
  start: bigint,
): BtfRecords | undefined {
  const pointer = symbols.find('btf_vmlinux')?.address;
  const btf = pointer === undefined ? 0n : (tryRead(() => memory.readPointer(pointer)) ?? 0n);
  return btf === 0n ? undefined : tryUndamaged(() => sortedRecords(memory, bytes, start, btf));
}

function wholeRecords(bytes: PagedBytes): BtfRecords {
  bytes.need(0, bytes.bytes.length);
  return new IndexedRecords(new BtfSection(wholeBytes(bytes.bytes)));
}
