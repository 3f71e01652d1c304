import { type Kernel, type PhysicalRange, tryRead } from '@vmcorekit/core';
import { physicalAddressIn } from '../kernel-image.ts';

/** Linux has room for 128 ranges, and 3 more for each of 1024 nodes. */
const maxRanges = 3200;
const rangeSizeInBytes = 16;
/** More pages than any machine has: 2^52 bytes. */
const maxPages = 2n ** 40n;
/** Where memory begins that x86 maps because it is there; below, it maps devices too. */
const firstPage = 0x100n;
const pageSizeInBytes = 4096;

/**
 * The last page of each range of memory that an x86-64 kernel maps because it is there. The ranges
 * lie in the kernel's image, and are read there without its page tables: these may be out of reach
 * where memory is not laid out as it was. Empty where they cannot be read, and of other machines,
 * which have no phys_base. Source: Linux, arch/x86/mm/init.c (`pfn_mapped`, `nr_pfn_mapped`),
 * include/linux/range.h.
 */
export function lastPagesMapped({ dump, located, symbols }: Kernel): readonly PhysicalRange[] {
  const ranges = symbols.find('pfn_mapped')?.address;
  const count = symbols.find('nr_pfn_mapped')?.address;
  if (located.physBase === null || ranges === undefined || count === undefined) {
    return [];
  }
  const { memory } = dump.image;
  const at = physicalAddressIn(located.imageOffset, ranges);
  const pages = tryRead(() => {
    const length = memory.readUint32(physicalAddressIn(located.imageOffset, count));
    return Array.from({ length: length <= maxRanges ? length : 0 }, (_, index) => ({
      start: memory.readUint64(at + index * rangeSizeInBytes),
      end: memory.readUint64(at + index * rangeSizeInBytes + 8),
    }));
  });
  const isSound = pages?.every(({ start, end }) => start < end && end <= maxPages) === true;
  return isSound
    ? pages
        .filter(({ end }) => end > firstPage)
        .map(({ end }) => ({
          start: Number(end - 1n) * pageSizeInBytes,
          end: Number(end) * pageSizeInBytes,
        }))
    : [];
}
