import { type Damage, hex } from '@vmcorekit/core';
import { statusIncomplete } from './header/layout.ts';
import type { KdumpPart } from './part/kdump-part.ts';

/**
 * The very last pages often share a zero page, which lies elsewhere. So this many last pages are
 * searched for the one whose bytes come last.
 */
const lastDescriptors = 4096;
/**
 * Writers store pages in ascending order. So this many pages that share no page with the last one
 * show where the file should end.
 */
const enoughDescriptors = 256;

/**
 * The damage of one file as a whole, by its headers, its size and the end of its descriptor table.
 */
export function damageOf(part: KdumpPart): Damage[] {
  const { header, source, dumped, exists } = part;
  const damage: Damage[] = [];
  if ((header.status & statusIncomplete) !== 0) {
    damage.push({
      name: 'incomplete',
      loses: 'page',
      detail: `${source.name}: its writer ran out of space and marked it incomplete; some pages are lost`,
      fileOffset: header.offsets.get('status') ?? 0,
    });
  }
  const knownBits = Math.min(dumped.knownBits, exists?.knownBits ?? dumped.knownBits);
  if (knownBits < header.maxMapnr) {
    damage.push({
      name: 'bitmap-torn',
      loses: 'memory',
      detail: `${source.name}: ends at ${hex(source.sizeInBytes)}, within the bitmaps; they should end at ${hex(header.descriptorsFileOffset)}`,
      fileOffset: source.sizeInBytes,
    });
    return damage;
  }
  return dumped.isQuicklyCounted ? [...damage, ...missingEnd(part)] : damage;
}

/** Reports a file that ends before its pages do. Counts all of the bitmap. */
export function missingEnd(part: KdumpPart): Damage[] {
  const { source } = part;
  const end = endOfData(part);
  return end <= source.sizeInBytes
    ? []
    : [
        {
          name: 'file-truncated',
          loses: 'page',
          detail: `${source.name}: ends at ${hex(source.sizeInBytes)}; its pages should end at ${hex(end)} or later`,
          fileOffset: source.sizeInBytes,
        },
      ];
}

/** The earliest offset where the file may end. */
function endOfData(part: KdumpPart): number {
  const count = part.descriptorCount;
  let end = part.descriptors.fileOffsetOf(count);
  const least = Math.max(0, count - lastDescriptors);
  let shared: number | undefined;
  let differing = 0;
  for (let index = count - 1; index >= least && differing < enoughDescriptors; index--) {
    const descriptor = part.descriptors.at(index);
    if (descriptor === undefined) {
      continue;
    }
    const { offset, size } = descriptor;
    shared ??= offset;
    differing += offset === shared ? 0 : 1;
    if (size <= part.header.blockSizeInBytes && offset < Number.MAX_SAFE_INTEGER) {
      end = Math.max(end, offset + size);
    }
  }
  return end;
}
