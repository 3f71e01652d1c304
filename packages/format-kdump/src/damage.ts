import { type Condition, hex } from '@vmcorekit/core';
import { statusIncomplete } from './header/layout.ts';
import type { KdumpPart } from './part/kdump-part.ts';

/** Enough descriptors from the end to meet the one whose page lies last, though the very last ones share a zero page. */
const lastDescriptors = 4096;

/** What is wrong with one file as a whole, told by its headers, its size and the end of its descriptor table. */
export function damageOf(part: KdumpPart): Condition[] {
  const { header, source, dumped, exists } = part;
  const conditions: Condition[] = [];
  if ((header.status & statusIncomplete) !== 0) {
    conditions.push({
      name: 'incomplete',
      detail: `${source.name}: its writer ran out of space and marked it incomplete; some pages are lost`,
      fileOffset: header.offsets.get('status') ?? 0,
    });
  }
  const knownBits = Math.min(dumped.knownBits, exists?.knownBits ?? dumped.knownBits);
  if (knownBits < header.maxMapnr) {
    conditions.push({
      name: 'bitmap-torn',
      detail: `${source.name}: ends at ${hex(source.sizeInBytes)}, within the bitmaps; they should end at ${hex(header.descriptorsFileOffset)}`,
      fileOffset: source.sizeInBytes,
    });
    return conditions;
  }
  const end = endOfData(part);
  if (end > source.sizeInBytes) {
    conditions.push({
      name: 'file-truncated',
      detail: `${source.name}: ends at ${hex(source.sizeInBytes)}; its pages should end at ${hex(end)} or later`,
      fileOffset: source.sizeInBytes,
    });
  }
  return conditions;
}

/** Where the file should end at the earliest. */
function endOfData(part: KdumpPart): number {
  const count = part.descriptorCount;
  let end = part.descriptors.fileOffsetOf(count);
  for (let index = Math.max(0, count - lastDescriptors); index < count; index++) {
    const descriptor = part.descriptors.at(index);
    if (
      descriptor !== undefined &&
      descriptor.size <= part.header.blockSizeInBytes &&
      descriptor.offset < Number.MAX_SAFE_INTEGER
    ) {
      end = Math.max(end, descriptor.offset + descriptor.size);
    }
  }
  return end;
}
