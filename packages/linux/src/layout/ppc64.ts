import type { KernelLayout, VmcoreInfo, VmcoreInfoPlace } from '@vmcorekit/core';
import { isInWindow } from '../kernel-image.ts';

const pageOffset = 0xc000_0000_0000_0000n;
/** The linear map, to where vmalloc begins with radix tables and 64 KiB pages. */
const window = { start: pageOffset, end: 0xc008_0000_0000_0000n } as const;
/** Linux runs where it was loaded: at 0, or as a capture kernel at a multiple of this. */
const imageAlignmentInBytes = 0x1_0000;

/**
 * ppc64, with radix tables or a hash table, in either byte order. All memory is mapped at
 * PAGE_OFFSET, the image too, so all kernels share one image offset: what is found is where a
 * kernel's text lies. KERNELOFFSET is 0 in a capture kernel too, so it proves nothing: there is no
 * KASLR to prove. Source: Linux, arch/powerpc/Kconfig (PAGE_OFFSET, KERNEL_START),
 * arch/powerpc/kernel/setup_64.c, arch/powerpc/kexec/vmcore_info.c.
 */
export const ppc64Layout: KernelLayout = {
  name: 'ppc64',
  imageAlignmentInBytes,
  usualTextLinkAddress: null,
  rootTableSymbols: ['swapper_pg_dir'],
  isOffsetShared: true,
  isRootInImage: true,
  isRunByPc: true,
  // What is freed after boot lies after the read-only data, and was never read-only. Source: Linux,
  // arch/powerpc/mm/book3s64/radix_pgtable.c (radix__mark_rodata_ro, radix__mark_initmem_nx).
  ownsReadOnlyPages: true,
  imageWindow: () => window,
  imageOffsetOf: () => pageOffset,
  physBaseOf: () => null,
  readVmcoreInfo,
  vmcoreInfoLines: ({ root }) =>
    root?.tableAddress == null
      ? {}
      : {
          'NUMBER(RADIX_MMU)': '1',
          'SYMBOL(swapper_pg_dir)': (pageOffset + BigInt(root.tableAddress)).toString(16),
        },
  // A kernel on a hash table has no tables for its own memory. Source: Linux,
  // arch/powerpc/include/asm/book3s/64/hash-64k.h and radix.h.
  hugePageSizeInBytes: ({ tableAddress }) => (tableAddress === null ? 16 : 2) * 2 ** 20,
};

/** `_stext` is another name of `_text`. Source: Linux, arch/powerpc/kernel/vmlinux.lds.S. */
function readVmcoreInfo(info: VmcoreInfo): VmcoreInfoPlace {
  const root = info.symbol('swapper_pg_dir');
  const text = info.symbol('_stext');
  // Before 6.12 no line says whether these tables are a radix tree. Beside a hash table they are
  // vmalloc's.
  const isRadix = info.number('RADIX_MMU') === 1;
  return {
    claim: {
      imageOffset: pageOffset,
      linearMapOffset: pageOffset,
      ...(text !== undefined &&
      isInWindow(window, text) &&
      (text - pageOffset) % BigInt(imageAlignmentInBytes) === 0n
        ? { textVirtualAddress: text }
        : {}),
    },
    isLinearMapFixed: true,
    ...(root !== undefined && isRadix && isInWindow(window, root)
      ? { rootTable: root, levels: 4 }
      : {}),
  };
}
