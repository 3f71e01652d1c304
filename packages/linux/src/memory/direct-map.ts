import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { pageSizeOf } from '../page-size.ts';
import { perKernel } from '../per-kernel.ts';
import { pageArrayOf } from './page-array.ts';

/**
 * Where a kernel keeps all memory, and its `struct page`s. x86-64's bases are variables since Linux
 * 4.17 (CONFIG_DYNAMIC_MEMORY_LAYOUT). arm64's follow from the place of its linear map. Source:
 * Linux, arch/x86/include/asm/page_64.h, arch/arm64/include/asm/memory.h (`__phys_to_virt`).
 */
export interface DirectMap {
  /** The address of physical address 0, which memory may not have. */
  readonly base: VirtualAddress;
  /** What says so. */
  readonly baseFrom: string;
  readonly vmemmap: VirtualAddress;
  readonly vmemmapFrom: string;
  readonly pageCount: bigint;
  readonly pageStructSize: bigint;
  readonly pageSize: bigint;
}

/** Undefined where neither symbols and types nor the kernel's place say. */
export const directMapOf: (kernel: Kernel) => DirectMap | undefined = perKernel((kernel) => {
  const { located } = kernel;
  const variable = pointerIn(kernel, 'page_offset_base');
  const base = variable ?? located.linearMapOffset;
  const pageCount = pointerIn(kernel, 'max_pfn');
  const pages = pageArrayOf(kernel);
  return base === null || pages === undefined || pageCount === undefined
    ? undefined
    : {
        base,
        baseFrom: variable === undefined ? 'the linear map' : 'page_offset_base',
        vmemmap: pages.start,
        vmemmapFrom: pages.from,
        pageCount,
        pageStructSize: pages.elementSizeInBytes,
        pageSize: BigInt(pageSizeOf(kernel)),
      };
});

function pointerIn({ symbols, memory }: Kernel, name: string): bigint | undefined {
  const at = symbols.find(name)?.address;
  return at === undefined ? undefined : tryRead(() => memory.readPointer(at));
}

/** The frame number of a `struct page`; undefined for an address that is none of them. */
export function pfnOfPage(map: DirectMap, page: VirtualAddress): bigint | undefined {
  const distance = page - map.vmemmap;
  const isPage = distance >= 0n && distance < map.pageCount * map.pageStructSize;
  return isPage ? distance / map.pageStructSize : undefined;
}
