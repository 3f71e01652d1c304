import type { PhysicalMemory, TranslationRoot } from '@vmcorekit/core';
import { offsetOf } from '../linear-runs.ts';
import { mappedRuns } from '../radix/mapped-runs.ts';
import { topTableOf } from './root.ts';

const end = 2n ** 64n;
/** The identity map begins at a multiple of a region-third table's entry, mostly at 0. */
const alignment = 2n ** 31n;
/** Before it lie the lowcore and what runs with 31-bit addresses. */
const runsLookedAt = 64;
const leastSizeInBytes = 0x10_0000;

/**
 * Whether a root has the identity map, as the kernel's root has. Programs' roots map pages as they
 * come. Source: Linux, arch/s390/boot/vmem.c (POPULATE_IDENTITY), arch/s390/boot/startup.c
 * (`__identity_base`).
 */
export function mapsLinearly(memory: PhysicalMemory, root: TranslationRoot): boolean {
  const sizes = new Map<bigint, number>();
  for (const run of mappedRuns(memory, topTableOf(root), 0n, end, runsLookedAt)) {
    const offset = offsetOf(run);
    const size = (sizes.get(offset) ?? 0) + run.lengthInBytes;
    if (offset % alignment === 0n && size >= leastSizeInBytes) {
      return true;
    }
    sizes.set(offset, size);
  }
  return false;
}
