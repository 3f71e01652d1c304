import type { Dump, Kernel } from '@vmcorekit/core';
import type { MemoryShape } from '../../protocol/memory-calls.ts';

/** What a hex view must know of a dump before it reads. */
export function memoryShape({ image }: Dump, kernel: Kernel | null): MemoryShape {
  const { ranges, pageSizeInBytes } = image.memory;
  const { byteOrder, wordSizeInBits } = kernel?.memory ?? image;
  return {
    byteOrder,
    wordSizeInBits,
    pageSizeInBytes,
    physicalStart: BigInt(ranges[0]?.start ?? 0),
    physicalEnd: BigInt(ranges.at(-1)?.end ?? 0),
    virtualStart: kernel === null ? null : (kernel.runs[0]?.virtualAddress ?? 0n),
  };
}
