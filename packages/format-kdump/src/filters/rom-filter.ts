import type { PageFilter, PhysicalMemory } from '@vmcorekit/core';

const fourGibibytes = 2 ** 32;
/** Firmware flash is seldom larger; anything larger that ends there is RAM. */
const maxRomSizeInBytes = 16 * 1024 * 1024;

/**
 * The PFN where the RAM ends below the ROM that QEMU maps at the end of the first 4 GiB. Null where
 * the highest memory is no such ROM.
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
 * Drops the ROM that QEMU maps at the end of the first 4 GiB, where it is the highest memory and
 * separate from the RAM. It is firmware code, the same in every guest. makedumpfile (1.7.2 and
 * 1.7.6, traced) cannot read KDUMP files whose bitmaps reach beyond the RAM.
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
