import {
  type MemoryLook,
  type PhysicalAddress,
  type PhysicalMemory,
  type Stretch,
  seenThroughout,
} from '@vmcorekit/core';
import { looksLikeCode } from './entry-references.ts';

const pageSizeInBytes = 4096;
/** Images of x86-64 begin at multiples of it. Source: Linux, arch/x86/Kconfig, PHYSICAL_ALIGN. */
const distanceInBytes = 0x20_0000;

/** The pages where an image of x86-64 may begin, and that look like code. */
export const codeStartLook: MemoryLook<PhysicalAddress> = {
  doing: 'searching memory for code',
  begin: () => addStarts,
};

function addStarts({ address, bytes, isZero }: Stretch, found: PhysicalAddress[]): void {
  const first = (distanceInBytes - (address % distanceInBytes)) % distanceInBytes;
  const last = isZero ? -1 : bytes.length - pageSizeInBytes;
  for (let at = first; at <= last; at += distanceInBytes) {
    if (looksLikeCode(bytes.subarray(at, at + pageSizeInBytes))) {
      found.push(address + at);
    }
  }
}

/**
 * Whether another search's pass over all memory saw that a page looks like code. Undefined where no
 * pass has ended, or none looks at that page.
 */
export function passedAsCode(memory: PhysicalMemory, page: PhysicalAddress): boolean | undefined {
  return page % distanceInBytes === 0
    ? seenThroughout(memory, codeStartLook)?.includes(page)
    : undefined;
}
