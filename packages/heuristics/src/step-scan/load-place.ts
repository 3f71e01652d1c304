import type { Dump, MappedRun } from '@vmcorekit/core';
import { type KernelImage, kernelImageThrough } from '@vmcorekit/linux';

/** One address where a kernel image may have been loaded. */
export interface LoadPlace {
  /**
   * The distance of the image from its link-time load address: `phys_base` plus the KASLR offset.
   */
  readonly loadDelta: number;
  /** The address that `_text` would have. */
  readonly textPhysicalAddress: number;
}

/**
 * The image seen through its own root table, if the tables lie inside it and map its start where
 * `physBase` says. A copy of an image that never ran (for kexec, in a page cache) fails: its tables
 * still hold link-time addresses.
 */
export function provedImage(
  dump: Dump,
  place: LoadPlace,
  physBase: number,
  rootTable: number,
): KernelImage | undefined {
  const imageOffset = dump.layout?.imageOffsetOf({ physBase });
  for (const root of dump.architecture?.mmu?.rootsAt(rootTable) ?? []) {
    const image = kernelImageThrough(dump, root);
    if (
      image?.isMappedByItself === true &&
      image.imageOffset === imageOffset &&
      image.runs.some((run) => holds(run, place))
    ) {
      return image;
    }
  }
  return undefined;
}

function holds(run: MappedRun, place: LoadPlace): boolean {
  return (
    run.physicalAddress <= place.textPhysicalAddress &&
    place.textPhysicalAddress < run.physicalAddress + run.lengthInBytes
  );
}
