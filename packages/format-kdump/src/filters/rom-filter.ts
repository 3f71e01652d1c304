import type { PageFilter } from '@vmcorekit/core';

const fourGibibytes = 2 ** 32;
/** Firmware's flash is seldom larger; RAM that ends there is. */
const largestRomInBytes = 16 * 1024 * 1024;

/**
 * Takes the ROM away that QEMU maps at the end of the first 4 GiB, where that is the highest memory and parted from the RAM. It is code of
 * the firmware's, the same in every guest. makedumpfile (1.7.2 and 1.7.6, traced) cannot read KDUMP files whose bitmaps reach beyond the
 * RAM.
 */
export const romFilter: PageFilter = {
  name: 'rom',
  summary: "leave away the firmware's ROM below 4 GiB, with which makedumpfile reads no KDUMP file",
  begin: ({ memory: { ranges, pageSizeInBytes } }) => {
    const [ram, rom] = ranges.slice(-2);
    const isRom =
      ram !== undefined &&
      rom !== undefined &&
      rom.end === fourGibibytes &&
      rom.end - rom.start <= largestRomInBytes &&
      ram.end < rom.start;
    const firstPfn = isRom ? rom.start / pageSizeInBytes : Number.POSITIVE_INFINITY;
    return ({ pfn }) => (pfn >= firstPfn ? 'absent' : 'keep');
  },
};
