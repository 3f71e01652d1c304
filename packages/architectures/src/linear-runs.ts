import type { MappedRun } from '@vmcorekit/core';

/** A map of all memory has a few runs: the image in it is read-only, firmware leaves holes. */
export const comparedRuns = 4;

/** How far a run lies above the physical memory that it maps. */
export function offsetOf({ virtualAddress, physicalAddress }: MappedRun): bigint {
  return virtualAddress - BigInt(physicalAddress);
}

/** Whether there are runs, and all have the same offset, a multiple of `alignment`. */
export function areLinear(runs: Iterable<MappedRun>, alignment: bigint): boolean {
  const offsets = new Set<bigint>();
  for (const run of runs) {
    offsets.add(offsetOf(run));
  }
  const [offset] = offsets;
  return offset !== undefined && offset % alignment === 0n && offsets.size === 1;
}
