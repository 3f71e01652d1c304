import type { Architecture, DumpImage } from '@vmcorekit/core';
import { FramedMmu } from './framed-mmu.ts';

/**
 * An architecture for an image: where page tables count pages otherwise than the image's memory,
 * its walks translate what the tables hold. Roots, entries and results are addresses of memory.
 */
export function framedArchitecture(
  architecture: Architecture | null,
  { tableFrames, memory }: Pick<DumpImage, 'tableFrames' | 'memory'>,
): Architecture | null {
  const mmu = architecture?.mmu;
  return architecture === null || mmu === undefined || tableFrames === undefined
    ? architecture
    : { ...architecture, mmu: new FramedMmu(mmu, tableFrames, memory.pageSizeInBytes) };
}
