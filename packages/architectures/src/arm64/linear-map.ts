import type { PhysicalMemory, TranslationRoot } from '@vmcorekit/core';
import { areLinear, comparedRuns } from '../linear-runs.ts';
import { mappedRuns } from './mapped-runs.ts';
import { shapeOf } from './root.ts';
import { startOf } from './shape.ts';

/**
 * The linear map begins at a multiple of this, with KASLR too. Source: Linux,
 * arch/arm64/include/asm/sparsemem.h (SECTION_SIZE_BITS is 27 at least) and kernel-pgtable.h
 * (ARM64_MEMSTART_ALIGN).
 */
const alignment = 2n ** 27n;

/**
 * Whether a root maps physical memory linearly in the lower half of the kernel's addresses, as the
 * root of a running kernel does. A kernel's first tables map the image alone. Where a processor
 * without FEAT_LVA enters a table of 52 bits at its end, the linear map lies in the lower half of
 * the addresses that it uses. Source: Linux, Documentation/arch/arm64/memory.rst.
 */
export function mapsLinearly(memory: PhysicalMemory, root: TranslationRoot): boolean {
  const { shape } = shapeOf(root);
  const start = startOf(shape);
  const halves = [BigInt(shape.addressBits), 48n].map((bits) => 2n ** 64n - 2n ** (bits - 1n));
  const end = halves.reduce((least, half) => (half > least ? half : least));
  return areLinear(mappedRuns(memory, root, start, end, comparedRuns), alignment);
}
