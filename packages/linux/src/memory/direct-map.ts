import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { pageArrayOf } from './page-array.ts';

/**
 * Where an x86-64 kernel keeps all memory, and its `struct page`s. The bases are variables since
 * Linux 4.17 (CONFIG_DYNAMIC_MEMORY_LAYOUT). Source: Linux, arch/x86/include/asm/page_64.h.
 */
export interface DirectMap {
  readonly base: VirtualAddress;
  readonly vmemmap: VirtualAddress;
  readonly pageCount: bigint;
  readonly pageStructSize: bigint;
  readonly pageSize: bigint;
}

/** Undefined where symbols or types do not say. */
export const directMapOf: (kernel: Kernel) => DirectMap | undefined = perKernel((kernel) => {
  const { symbols, memory, root } = kernel;
  const [base, pageCount] = ['page_offset_base', 'max_pfn'].map((name) => {
    const at = symbols.find(name)?.address;
    return at === undefined ? undefined : tryRead(() => memory.readPointer(at));
  });
  const pages = pageArrayOf(kernel);
  return base === undefined || pages === undefined || pageCount === undefined
    ? undefined
    : {
        base,
        vmemmap: pages.start,
        pageCount,
        pageStructSize: pages.elementSizeInBytes,
        pageSize: BigInt(root.basePageSizeInBytes),
      };
});

/** The frame number of a `struct page`; undefined for an address that is none of them. */
export function pfnOfPage(map: DirectMap, page: VirtualAddress): bigint | undefined {
  const distance = page - map.vmemmap;
  const isPage = distance >= 0n && distance < map.pageCount * map.pageStructSize;
  return isPage ? distance / map.pageStructSize : undefined;
}
