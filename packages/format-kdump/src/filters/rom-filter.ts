import type { PageFilter, PhysicalMemory, PhysicalRange } from '@vmcorekit/core';

const fourGibibytes = 2 ** 32;
/** Where QEMU's PCs have RAM or nothing; they place devices above. */
const leastDeviceAddress = 2 ** 31;
/** Firmware flash is seldom larger; anything larger that ends there is RAM. */
const maxRomSizeInBytes = 16 * 1024 * 1024;
/** QEMU's graphics cards have 16 MiB, qxl 64 MiB. */
const maxVideoSizeInBytes = 64 * 1024 * 1024;
const minVideoSizeInBytes = 4 * 1024 * 1024;

/**
 * The PFN where the RAM ends below what QEMU maps in the first 4 GiB for devices: the ROM at their
 * end, and video memory. Null where the highest memory is neither.
 */
export function ramEndBelowRom({
  ranges,
  pageSizeInBytes,
}: Pick<PhysicalMemory, 'ranges' | 'pageSizeInBytes'>): number | null {
  const devices =
    ranges.length - 1 - ranges.findLastIndex((range) => !isRom(range) && !isVideo(range));
  const ram = ranges.at(-1 - devices);
  const device = ranges.at(-devices);
  const isAbove =
    devices > 0 && ram !== undefined && device !== undefined && ram.end < device.start;
  return isAbove ? ram.end / pageSizeInBytes : null;
}

function isRom({ start, end }: PhysicalRange): boolean {
  return end === fourGibibytes && end - start <= maxRomSizeInBytes;
}

/**
 * A PCI memory BAR: its size is a power of two, its address a multiple of that. Source: PCI Local
 * Bus Specification 3.0, 6.2.5.1.
 */
function isVideo({ start, end }: PhysicalRange): boolean {
  const size = end - start;
  return (
    start >= leastDeviceAddress &&
    end <= fourGibibytes &&
    size >= minVideoSizeInBytes &&
    size <= maxVideoSizeInBytes &&
    Number.isInteger(Math.log2(size)) &&
    start % size === 0
  );
}

/**
 * Drops the ROM that QEMU maps at the end of the first 4 GiB, and the video memory below it, where
 * they are the highest memory and separate from the RAM. makedumpfile (1.7.2 and 1.7.6, traced)
 * cannot read KDUMP files whose bitmaps reach beyond the RAM.
 */
export const romFilter: PageFilter = {
  name: 'rom',
  summary:
    "leave away the firmware's ROM and video memory below 4 GiB, with which makedumpfile reads no " +
    'KDUMP file',
  neededFor: ({ memory }, format) =>
    format === 'kdump' && ramEndBelowRom(memory) !== null
      ? `makedumpfile filters this file only without ${deviceText(memory)}`
      : undefined,
  begin: ({ memory }) => {
    const end = ramEndBelowRom(memory) ?? Number.POSITIVE_INFINITY;
    return ({ pfn }) => (pfn >= end ? 'absent' : 'keep');
  },
};

function deviceText({ ranges }: PhysicalMemory): string {
  const hasVideo = ranges.slice(-2).some(isVideo);
  const rom = ranges.slice(-1).some(isRom) ? ["the firmware's ROM"] : [];
  return [...rom, ...(hasVideo ? ['the video memory'] : [])].join(' and ');
}
