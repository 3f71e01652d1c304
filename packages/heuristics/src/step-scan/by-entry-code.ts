import { type Dump, type KernelLayout, type Progress, tryRead } from '@vmcorekit/core';
import {
  type EntryReference,
  entryReferences,
  type KernelImage,
  looksLikeCode,
} from '@vmcorekit/linux';
import { type LoadPlace, provedImage } from './load-place.ts';

const pageSizeInBytes = 4096;
const windowSizeInBytes = 0x4000_0000;
/**
 * The entry code is the image's first in 6.1 and lies 240 KiB behind its start in Debian's 6.12.
 */
const searchedInBytes = 0x10_0000;
const chunkSizeInBytes = 0x4000;
/** So that a pair of instructions that straddles two chunks is whole in one. */
const overlapInBytes = 128;

/** A kernel image and the variable that said so. */
export interface EnteredImage {
  readonly image: KernelImage;
  readonly variable: number;
}

/**
 * The kernel image that begins at a place: in its first pages lies the code that brings up a
 * processor, one of whose operands is `phys_base` and another, with that added, the root table.
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
  const first = tryRead(() => memory.withView(start, pageSizeInBytes, looksLikeCode));
  if (first !== true) {
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
