import type { KernelLayout, VmcoreInfo, VmcoreInfoPlace } from '@vmcorekit/core';
import { bootHeadersIn } from '../identity/boot-header.ts';

/** PAGE_OFFSET of CONFIG_VMSPLIT_3G, the default; kernels of another split are not found. */
const pageOffset = 0xc000_0000n;
const endOfAddresses = 0x1_0000_0000n;
/** Kernels are aligned to CONFIG_PHYSICAL_ALIGN; no smaller value is in use. */
const imageAlignmentInBytes = 0x20_0000;

/**
 * 32-bit x86. Low memory, and the image in it, is mapped at PAGE_OFFSET, so all kernels share one
 * image offset: KASLR moves the physical and the virtual place alike. VMCOREINFO states neither.
 * Source: Linux, arch/x86/include/asm/page_32_types.h (__PAGE_OFFSET), arch/x86/Kconfig
 * (PAGE_OFFSET, PHYSICAL_START, PHYSICAL_ALIGN), arch/x86/kernel/vmcore_info_32.c.
 */
export const i386Layout: KernelLayout = {
  name: 'i386',
  imageAlignmentInBytes,
  usualTextLinkAddress: 0xc100_0000n,
  rootTableSymbols: ['swapper_pg_dir'],
  isOffsetShared: true,
  isRunByPc: true,
  // Source: Linux, arch/x86/mm/init.c (free_init_pages).
  ownsReadOnlyPages: true,
  imageWindow: () => ({ start: pageOffset, end: endOfAddresses }),
  imageOffsetOf: () => pageOffset,
  physBaseOf: () => null,
  readVmcoreInfo,
  vmcoreInfoLines: ({ pagingLevels }) => (pagingLevels === 3 ? { CONFIG_X86_PAE: 'y' } : {}),
  bootHeadersIn,
};

/** `swapper_pg_dir` is the root without PAE; with PAE, swapper_pg_dir holds the four entries. */
function readVmcoreInfo(info: VmcoreInfo): VmcoreInfoPlace {
  const root = info.symbol('swapper_pg_dir');
  return {
    claim: { imageOffset: pageOffset },
    ...(root === undefined || root < pageOffset
      ? {}
      : { rootTable: root, levels: info.get('CONFIG_X86_PAE') === 'y' ? 3 : 2 }),
  };
}
