import type { MappedRun } from '@vmcorekit/core';

/** The run of an image that maps a virtual address. */
export function runAt(runs: readonly MappedRun[], virtualAddress: bigint): MappedRun | undefined {
  return runs.find(
    (run) =>
      run.virtualAddress <= virtualAddress &&
      virtualAddress < run.virtualAddress + BigInt(run.lengthInBytes),
  );
}

/**
 * Whether an image maps a physical address writable: its data, and the page tables it boots with.
 */
export function isInWritableRun(runs: readonly MappedRun[], physicalAddress: number): boolean {
  return runs.some(
    (run) =>
      run.isWritable &&
      run.physicalAddress <= physicalAddress &&
      physicalAddress < run.physicalAddress + run.lengthInBytes,
  );
}
