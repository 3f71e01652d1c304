import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';

/** The array of all `struct page`s, of which element N describes page frame N. */
export interface PageArray {
  readonly start: VirtualAddress;
  readonly elementSizeInBytes: bigint;
}

/**
 * Undefined where symbols or types do not say. The base is a variable since Linux 4.17
 * (CONFIG_DYNAMIC_MEMORY_LAYOUT). Source: Linux, arch/x86/include/asm/pgtable_64.h (VMEMMAP_START,
 * `vmemmap_base`).
 */
export const pageArrayOf: (kernel: Kernel) => PageArray | undefined = perKernel(
  ({ symbols, memory, types }) => {
    const at = symbols.find('vmemmap_base')?.address;
    const start = at === undefined ? undefined : tryRead(() => memory.readPointer(at));
    const size = types.struct('page')?.sizeInBytes;
    return start === undefined || !size ? undefined : { start, elementSizeInBytes: BigInt(size) };
  },
);
