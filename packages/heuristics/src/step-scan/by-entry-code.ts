import { type Dump, type KernelLayout, type Progress, tryRead } from '@vmcorekit/core';
import {
  type EntryReference,
  entryReferences,
  type KernelImage,
  looksLikeCode,
  passedAsCode,
} from '@vmcorekit/linux';
import { type LoadPlace, provedImage } from './load-place.ts';

const pageSizeInBytes = 4096;
const windowSizeInBytes = 0x4000_0000;
/** The entry code comes first in the image of 6.1, and 240 KiB after its start in Debian's 6.12. */
const searchedInBytes = 0x10_0000;
const chunkSizeInBytes = 0x4000;
/** The overlap of two chunks, so that one of them holds a pair of instructions whole. */
const overlapInBytes = 128;

/** A kernel image, and the variable that revealed it. */
export interface EnteredImage {
  readonly image: KernelImage;
  readonly variable: number;
}

/**
 * The kernel image that begins at an address. Its first pages hold the code that brings up a
 * processor. One operand of that code is `phys_base`; another, with that added, is the root table.
 * Only what the tables then prove counts.
 */
export function* byEntryCode(
  dump: Dump,
  place: LoadPlace,
  layout: KernelLayout,
): Generator<Progress, EnteredImage | undefined, void> {
  const { memory } = dump.image;
  const start = place.textPhysicalAddress;
  const state = memory.pageState(Math.floor(start / memory.pageSizeInBytes));
  if (start % pageSizeInBytes !== 0 || (state !== 'stored' && state !== 'partial')) {
    return undefined;
  }
  const isCode =
    passedAsCode(memory, start) ??
    tryRead(() => memory.withView(start, pageSizeInBytes, looksLikeCode));
  if (isCode !== true) {
    return undefined;
  }
  for (let done = 0; done < searchedInBytes; done += chunkSizeInBytes) {
    const code = tryRead(() => memory.read(start + done, chunkSizeInBytes + overlapInBytes));
    for (const reference of code === undefined ? [] : entryReferences(code, start + done)) {
      const image = imageThrough(dump, place, layout, reference);
      if (image !== undefined) {
        return { image, variable: reference.variable };
      }
    }
    yield { kind: 'progress', doing: 'looking for entry code', fraction: null };
  }
  return undefined;
}

function imageThrough(
  dump: Dump,
  place: LoadPlace,
  layout: KernelLayout,
  reference: EntryReference,
): KernelImage | undefined {
  const { variable, tableOffset } = reference;
  const start = place.textPhysicalAddress;
  const isBehind = (address: number): boolean =>
    address > start && address < start + windowSizeInBytes;
  if (!isBehind(variable)) {
    return undefined;
  }
  const physBase = tryRead(() => Number(BigInt.asIntN(64, dump.image.memory.readUint64(variable))));
  if (
    physBase === undefined ||
    physBase % layout.imageAlignmentInBytes !== 0 ||
    !isBehind(tableOffset + physBase)
  ) {
    return undefined;
  }
  return provedImage(dump, place, physBase, tableOffset + physBase);
}
