import {
  type ByteOrder,
  type Dump,
  type FoundVmcoreInfo,
  type PhysicalMemory,
  type Progress,
  tryRead,
  vmcoreInfoNoteText,
} from '@vmcorekit/core';
import { findWord, wordOf } from '../reading/find-word.ts';
import { lookThroughMemory } from '../reading/stored-views.ts';

const nameSize = 11;
const nameStart: number = wordOf('VMCOREINFO');
const nameOffset = 12;
const byteOrders: readonly ByteOrder[] = ['little', 'big'];

/** A note in physical memory. */
export interface PhysicalVmcoreInfo extends FoundVmcoreInfo<number> {
  /** The byte order of the kernel that wrote it, which a file's may differ from. */
  readonly byteOrder: ByteOrder;
}

/**
 * Every VMCOREINFO note in the stored pages, at any place and in either byte order. A kernel's own
 * lies at the start of a page (inside its image before Linux 4.13), but copies in cached pages of
 * files may lie anywhere. Yields notes and progress.
 */
export function* scanForVmcoreInfo(
  dump: Dump,
): Generator<PhysicalVmcoreInfo | Progress, void, void> {
  const { memory } = dump.image;
  for (const step of lookThroughMemory(
    memory,
    'searching memory for VMCOREINFO',
    (page, address, isAllZero) => (isAllZero ? [] : placesIn(page).map((at) => address + at)),
  )) {
    const note = typeof step === 'number' ? vmcoreInfoAt(memory, step) : step;
    if (note !== undefined) {
      yield note;
    }
  }
}

/** The note at a physical address, in either byte order; undefined where there is none. */
export function vmcoreInfoAt(
  memory: PhysicalMemory,
  address: number,
): PhysicalVmcoreInfo | undefined {
  for (const byteOrder of byteOrders) {
    const text = tryRead(() =>
      vmcoreInfoNoteText((offset, length) => memory.read(address + offset, length), byteOrder),
    );
    if (text !== undefined) {
      return { address, text, byteOrder };
    }
  }
  return undefined;
}

/**
 * Offsets in a page where a note of that name may begin. At the page's end, where the name would
 * lie on the next page, only its size is checked.
 */
function placesIn(page: Uint8Array): readonly number[] {
  const places: number[] = [];
  for (const name of findWord(page, nameStart)) {
    if (name >= nameOffset) {
      places.push(name - nameOffset);
    }
  }
  const rest = Math.max(0, page.length - (page.length % 4) - nameOffset);
  for (let at = rest; at < page.length; at += 4) {
    if (page[at] === nameSize || page[at + 3] === nameSize) {
      places.push(at);
    }
  }
  return places;
}
