import { type ByteSource, type Damage, firstLostIn, hex, isZero } from '@vmcorekit/core';
import type { Repeated } from '../frames/repeated.ts';
import type { CoreFile } from './core-file.ts';

/** Xen pads a list of pages that came out shorter than it was planned: a guest's had 47 entries. */
const maxPaddingPages: number = 2 ** 14;

/** What the entries of a list of pages turned out to be. */
export interface ListCounts {
  readonly entries: number;
  /** Entries of -1, and how many of these end the list. */
  readonly unnamed: number;
  readonly unnamedAtEnd: number;
  readonly repeatedPages: Repeated | null;
  readonly repeatedFrames: Repeated | null;
}

/** What a list lacks, though each of its entries can be read. */
export function listDamage(source: ByteSource, core: CoreFile, counts: ListCounts): Damage[] {
  const { repeatedPages, repeatedFrames, entries, unnamed, unnamedAtEnd } = counts;
  const at = core.pageList.fileOffset;
  const damage: Damage[] = [];
  const push = (name: string, detail: string): void => {
    damage.push({ name, loses: 'memory', detail, fileOffset: at });
  };
  const isPadded = isPadding(source, core, entries, unnamedAtEnd);
  const lost = unnamed - (isPadded ? unnamedAtEnd : 0);
  if (lost > 0) {
    push('pages-unnamed', `${lost} of ${entries} entries of the list are -1, and no padding`);
  }
  if (repeatedPages !== null) {
    const { count, first } = repeatedPages;
    push(
      'pages-repeated',
      `${count} of ${entries} entries of the list repeat a page, the first page ${hex(first)}: the first entry of each counts, and pages are missing`,
    );
  }
  if (repeatedFrames !== null) {
    const { count, first } = repeatedFrames;
    push(
      'frames-repeated',
      `${count} of ${entries} entries of the list repeat a machine frame, the first frame ${hex(first)}: the first entry of each counts`,
    );
  }
  return damage;
}

/** Whether the last entries are Xen's padding, whose pages are zero. */
function isPadding(source: ByteSource, core: CoreFile, entries: number, count: number): boolean {
  const { pages, pageSizeInBytes } = core;
  const end = pages.fileOffset + entries * pageSizeInBytes;
  const start = end - count * pageSizeInBytes;
  if (count > maxPaddingPages || firstLostIn(source, start, end - start) !== undefined) {
    return false;
  }
  const bytes = new Uint8Array(pageSizeInBytes);
  for (let at = start; at < end; at += pageSizeInBytes) {
    if (source.readInto(at, bytes) < pageSizeInBytes || !isZero(bytes)) {
      return false;
    }
  }
  return true;
}
