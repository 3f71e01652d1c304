import { tryRead } from '@vmcorekit/core';
import { type AddressSample, type AddressTable, addressAt } from './addresses.ts';
import type { KernelTests } from './kallsyms-table.ts';
import { type ReadOnlyWindow, windowPageSizeInBytes } from './read-only-window.ts';

const samples = 16;
/**
 * Where samples lie in lost pages, so many others are tried: a table of 200,000 symbols has 200
 * pages.
 */
const maxPages = 1024;

/**
 * Entries that show that a table holds a kernel's addresses; undefined where it does not. They must
 * ascend, because the kernel sorts its symbols by address. The one nearest the middle must lie in
 * the image, because one encoding read as another gives addresses far away. The entries are spread
 * over the table, or over its readable pages where most are lost. They must differ: padding of one
 * value also ascends, if each entry counts from its own place.
 */
export function samplesOf(
  window: ReadOnlyWindow,
  table: AddressTable,
  count: number,
  isInImage: KernelTests['isInImage'],
): readonly AddressSample[] | undefined {
  const spread = Array.from({ length: samples }, (_, sample) =>
    Math.floor(((count - 1) * sample) / (samples - 1)),
  );
  const first = readable(window, table, spread);
  const found = areEnough(table, first)
    ? first
    : readable(window, table, ofReadablePages(window, table, count));
  const middle = found.reduce<AddressSample | undefined>(
    (nearest, sample) =>
      Math.abs(sample.index - count / 2) < Math.abs((nearest?.index ?? Infinity) - count / 2)
        ? sample
        : nearest,
    undefined,
  );
  const isTable =
    middle !== undefined &&
    isInImage(middle.address, table.encoding) &&
    isOfKernel(window, table, middle) &&
    areEnough(table, found) &&
    found.every(({ address }, at) => at === 0 || address >= (found[at - 1]?.address ?? 0n));
  return isTable ? found : undefined;
}

function readable(
  window: ReadOnlyWindow,
  table: AddressTable,
  indexes: readonly number[],
): AddressSample[] {
  return indexes.flatMap((index) => {
    const address = tryRead(() => addressAt(window, table, index));
    return address === undefined ? [] : [{ index, address }];
  });
}

/** Where per-CPU symbols are absolute, they alone have no sign; most symbols are the kernel's. */
function isOfKernel(
  window: ReadOnlyWindow,
  { encoding, offset }: AddressTable,
  { index }: AddressSample,
): boolean {
  return encoding !== 'percpu' || window.uint32(offset + 4 * index) >= 0x8000_0000;
}

function areEnough({ encoding }: AddressTable, found: readonly AddressSample[]): boolean {
  const entries = found.map(({ index, address }) =>
    encoding === 'place' ? address - BigInt(4 * index) : address,
  );
  return new Set(entries).size > samples / 2;
}

/** Entries of the readable pages, ascending, spread over each page. */
function ofReadablePages(
  window: ReadOnlyWindow,
  { encoding, offset, pointerSizeInBytes }: AddressTable,
  count: number,
): number[] {
  const entrySize = encoding === 'absolute' ? pointerSizeInBytes : 4;
  const end = offset + entrySize * count;
  const indexes: number[] = [];
  const firstPage = Math.floor(offset / windowPageSizeInBytes);
  const lastPage = Math.min(Math.floor((end - 1) / windowPageSizeInBytes), firstPage + maxPages);
  for (let page = firstPage; page <= lastPage; page++) {
    const from = Math.max(offset, page * windowPageSizeInBytes);
    const entries = Math.floor(
      (Math.min(end, (page + 1) * windowPageSizeInBytes) - from) / entrySize,
    );
    if (tryRead(() => window.pageAt(from)) !== undefined) {
      const places = Array.from({ length: samples }, (_, place) =>
        Math.floor(((entries - 1) * place) / (samples - 1)),
      );
      indexes.push(...new Set(places.map((place) => (from - offset) / entrySize + place)));
    }
  }
  return indexes;
}
