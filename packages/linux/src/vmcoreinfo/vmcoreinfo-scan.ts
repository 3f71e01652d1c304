import {
  type ByteOrder,
  type Dump,
  type FoundVmcoreInfo,
  type PhysicalMemory,
  type Progress,
  tryRead,
  vmcoreInfoNoteText,
} from '@vmcorekit/core';

const nameSize = 11;
/** The first bytes of the name `VMCOREINFO`. */
const nameStart = [0x56, 0x4d, 0x43, 0x4f] as const;
const nameOffset = 12;
const pagesPerStep = 64;
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
  const end = memory.ranges.at(-1)?.end ?? 0;
  let pages = 0;
  // Not `storedPages`: it copies each page, which makes the search of 5 GB take a tenth longer.
  for (const run of memory.storedRuns()) {
    let pageEnd = run.start;
    for (let page = run.start; page < run.end; page = pageEnd) {
      pageEnd = Math.min(run.end, page - (page % memory.pageSizeInBytes) + memory.pageSizeInBytes);
      const places = tryRead(() => memory.withView(page, pageEnd - page, placesIn)) ?? [];
      for (const place of places) {
        const address = page + place;
        const note = vmcoreInfoAt(memory, address);
        if (note !== undefined) {
          yield note;
        }
      }
      if (++pages % pagesPerStep === 0) {
        yield { kind: 'progress', doing: 'searching memory for VMCOREINFO', fraction: page / end };
      }
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
  const whole = page.length - nameOffset - nameStart.length;
  for (let at = 0; at <= whole; at += 4) {
    if (page[at + nameOffset] === nameStart[0] && hasName(page, at)) {
      places.push(at);
    }
  }
  for (let at = whole + 4; at < page.length; at += 4) {
    if (page[at] === nameSize || page[at + 3] === nameSize) {
      places.push(at);
    }
  }
  return places;
}

function hasName(bytes: Uint8Array, at: number = 0): boolean {
  return nameStart.every((byte, index) => bytes[at + nameOffset + index] === byte);
}
