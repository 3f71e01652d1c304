import {
  type ByteOrder,
  type Dump,
  type FoundVmcoreInfo,
  lookThrough,
  type MemoryLook,
  type PhysicalMemory,
  type Progress,
  type Stretch,
  tryRead,
  vmcoreInfoNoteText,
} from '@vmcorekit/core';
import { findWord, wordOf } from '../reading/find-word.ts';

const nameSize = 11;
const nameStart: number = wordOf('VMCOREINFO');
const nameOffset = 12;
const byteOrders: readonly ByteOrder[] = ['little', 'big'];

/** A note in physical memory. */
export interface PhysicalVmcoreInfo extends FoundVmcoreInfo<number> {
  /** The byte order of the kernel that wrote it, which a file's may differ from. */
  readonly byteOrder: ByteOrder;
}

/** The places where a VMCOREINFO note may begin. */
export const vmcoreInfoLook: MemoryLook<number> = {
  doing: 'searching memory for VMCOREINFO',
  begin: () => addPlaces,
};

/**
 * Every VMCOREINFO note in the stored pages, at any place and in either byte order. A kernel's own
 * lies at the start of a page (inside its image before Linux 4.13), but copies in cached pages of
 * files may lie anywhere. Yields notes and progress.
 */
export function* scanForVmcoreInfo(
  dump: Dump,
): Generator<PhysicalVmcoreInfo | Progress, void, void> {
  const { memory } = dump.image;
  for (const step of lookThrough(memory, vmcoreInfoLook)) {
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
 * Adds the addresses where a note of that name may begin. At the end, where the name would lie in
 * the next stretch, only its size is checked.
 */
function addPlaces({ address, bytes, words, isZero }: Stretch, places: number[]): void {
  if (isZero) {
    return;
  }
  for (const name of findWord(words, nameStart)) {
    if (name >= nameOffset) {
      places.push(address + name - nameOffset);
    }
  }
  const rest = Math.max(0, bytes.length - (bytes.length % 4) - nameOffset);
  for (let at = rest; at < bytes.length; at += 4) {
    if (bytes[at] === nameSize || bytes[at + 3] === nameSize) {
      places.push(address + at);
    }
  }
}
