import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';

/** The array of all `struct page`s, of which element N describes page frame N. */
export interface PageArray {
  readonly start: VirtualAddress;
  readonly elementSizeInBytes: bigint;
  /** What says where it starts. */
  readonly from: string;
}

/**
 * Undefined where nothing says where it is. x86-64 has a variable for it since Linux 4.17
 * (CONFIG_DYNAMIC_MEMORY_LAYOUT). Others have the address in VMCOREINFO, by a macro's name.
 * Source: Linux, arch/x86/include/asm/pgtable_64.h (VMEMMAP_START, `vmemmap_base`),
 * arch/arm64/include/asm/pgtable.h (`vmemmap`), kernel/vmcore_info.c (in 6.12, not in 6.1).
 */
export const pageArrayOf: (kernel: Kernel) => PageArray | undefined = perKernel(
  ({ symbols, memory, types, vmcoreinfo }) => {
    const at = symbols.find('vmemmap_base')?.address;
    const start =
      at === undefined ? vmcoreinfo.symbol('vmemmap') : tryRead(() => memory.readPointer(at));
    const size = types.struct('page')?.sizeInBytes;
    const from = at === undefined ? "VMCOREINFO's vmemmap" : 'vmemmap_base';
    return start === undefined || !size
      ? undefined
      : { start, elementSizeInBytes: BigInt(size), from };
  },
);
