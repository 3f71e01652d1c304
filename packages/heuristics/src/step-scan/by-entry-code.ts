import type { CandidateFinding, Dump, KernelLayout } from '@vmcorekit/core';
import { hex, orUnreadable } from '@vmcorekit/core';
import { claimOf } from '../image-claim.ts';
import type { KernelImage } from '../image-window.ts';
import { entryReferences } from './entry-references.ts';
import { type LoadPlace, provedImage } from './load-place.ts';

const pageSizeInBytes = 4096;
const windowSizeInBytes = 0x4000_0000;
/** Entry code has about ten references of either kind; a page with more is data that happens to look like code. */
const triesAtMost = 256;

/**
 * The kernel whose entry code is the page at a place: one of the variables that the code adds holds phys_base, and one of its constants,
 * with that added, is the root table. Only what the tables then prove is claimed.
 */
export function byEntryCode(dump: Dump, place: LoadPlace, layout: KernelLayout): CandidateFinding | undefined {
  const { memory } = dump.image;
  const start = place.textPhysicalAddress;
  if (memory.pageState(start / pageSizeInBytes) !== 'stored') {
    return undefined;
  }
  const page = orUnreadable(() => memory.read(start, pageSizeInBytes));
  if (page === undefined) {
    return undefined;
  }
  const { variables, tableOffsets } = entryReferences(page, start);
  const tried = new Set<number>();
  for (const variable of tableOffsets.length === 0 ? [] : variables) {
    const physBase = orUnreadable(() => Number(BigInt.asIntN(64, memory.readUint64(variable))));
    if (physBase === undefined || tried.has(physBase) || !couldBePhysBase(physBase, start, layout)) {
      continue;
    }
    tried.add(physBase);
    for (const offset of tableOffsets.slice(0, Math.max(1, Math.floor(triesAtMost / tried.size)))) {
      const image = isAhead(offset + physBase, start) ? provedImage(dump, place, physBase, offset + physBase) : undefined;
      if (image !== undefined) {
        return findingOf(image, layout, start, variable);
      }
    }
  }
  return undefined;
}

/** The text must come to lie in the image window, and phys_base is aligned. */
function couldBePhysBase(physBase: number, start: number, layout: KernelLayout): boolean {
  const offset = start - physBase;
  return physBase % layout.physBaseAlignmentInBytes === 0 && offset >= 0 && offset < windowSizeInBytes;
}

function isAhead(table: number, start: number): boolean {
  return table > start && table < start + windowSizeInBytes;
}

function findingOf(image: KernelImage, layout: KernelLayout, start: number, variable: number): CandidateFinding {
  return {
    kind: 'candidate',
    evidence: 'paging',
    ...claimOf(image, layout),
    because:
      `the page at ${hex(start)} is a kernel's entry code; its phys_base variable at ${hex(variable)} holds ${hex(image.physBase)}, ` +
      `and its root table at ${hex(image.root.pageTableRoot)} maps the image there`,
    at: [{ physicalAddress: start }, { physicalAddress: variable }, { physicalAddress: image.root.pageTableRoot }],
  };
}
