import { type Dump, type FoundVmcoreInfo, type Progress, storedPages, tryRead, vmcoreInfoNoteText } from '@vmcorekit/core';

const nameSize = 11;
/** The first bytes of the name `VMCOREINFO`. */
const nameStart = [0x56, 0x4d, 0x43, 0x4f] as const;
const nameOffset = 12;

/**
 * Every VMCOREINFO note in the stored pages, wherever it begins: a kernel's own lies at the start of a page (inside its image before
 * Linux 4.13), but copies in files' cached pages may lie anywhere. Yields what it finds, and progress.
 */
export function* scanForVmcoreInfo(dump: Dump): Generator<FoundVmcoreInfo<number> | Progress, void, void> {
  const { memory } = dump.image;
  for (const step of storedPages(memory, { doing: 'searching memory for VMCOREINFO' })) {
    if (step.kind === 'progress') {
      yield step;
      continue;
    }
    for (const place of placesIn(step.bytes)) {
      const address = step.address + place;
      const text = tryRead(() => vmcoreInfoNoteText((offset, length) => memory.read(address + offset, length), memory.byteOrder));
      if (text !== undefined) {
        yield { address, text };
      }
    }
  }
}

/** Offsets of a page where a note of that name may begin; at the page's end, where the name would lie on the next page, by its size alone. */
function placesIn(page: Uint8Array): readonly number[] {
  const places: number[] = [];
  const whole = page.length - nameOffset - nameStart.length;
  for (let at = 0; at <= whole; at += 4) {
    if (page[at + nameOffset] === nameStart[0] && nameStart.every((byte, index) => page[at + nameOffset + index] === byte)) {
      places.push(at);
    }
  }
  for (let at = Math.max(0, whole + 4); at < page.length; at += 4) {
    if (page[at] === nameSize || page[at + 3] === nameSize) {
      places.push(at);
    }
  }
  return places;
}
