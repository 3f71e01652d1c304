import type { PageFilter, PhysicalMemory } from '@vmcorekit/core';

const fourGibibytes = 2 ** 32;
/** Firmware's flash is seldom larger; RAM that ends there is. */
const maxRomSizeInBytes = 16 * 1024 * 1024;

/**
 * Where the RAM ends below the ROM that QEMU maps at the end of the first 4 GiB, in PFNs; null
 * where the highest memory is not such a ROM.
 */
export function ramEndBelowRom({
  ranges,
  pageSizeInBytes,
}: Pick<PhysicalMemory, 'ranges' | 'pageSizeInBytes'>): number | null {
  const [ram, rom] = ranges.slice(-2);
  const isRom =
    ram !== undefined &&
    rom !== undefined &&
    rom.end === fourGibibytes &&
    rom.end - rom.start <= maxRomSizeInBytes &&
    ram.end < rom.start;
  return isRom ? ram.end / pageSizeInBytes : null;
}

/**
 * Takes the ROM away that QEMU maps at the end of the first 4 GiB, where that is the highest memory
 * and parted from the RAM. It is code of the firmware's, the same in every guest. makedumpfile
 * (1.7.2 and 1.7.6, traced) cannot read KDUMP files whose bitmaps reach beyond the RAM.
 */
export const romFilter: PageFilter = {
  name: 'rom',
  summary: "leave away the firmware's ROM below 4 GiB, with which makedumpfile reads no KDUMP file",
  neededFor: ({ memory }, format) =>
    format === 'kdump' && ramEndBelowRom(memory) !== null
      ? "makedumpfile filters this file only without the firmware's ROM"
      : undefined,
  begin: ({ memory }) => {
    const end = ramEndBelowRom(memory) ?? Number.POSITIVE_INFINITY;
    return ({ pfn }) => (pfn >= end ? 'absent' : 'keep');
  },
};
