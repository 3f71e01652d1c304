import type { KernelLayout, VmcoreInfo, VmcoreInfoPlace } from '@vmcorekit/core';

/** PAGE_OFFSET of CONFIG_VMSPLIT_3G, the default; kernels of another split are not found. */
const pageOffset = 0xc000_0000n;
const endOfAddresses = 0x1_0000_0000n;
/** Memory, and with it PAGE_OFFSET's place, begins at a multiple of 2 MiB (ARM_PATCH_PHYS_VIRT). */
const imageAlignmentInBytes = 0x20_0000;
/** The root lies before `_text`, by this much (PG_DIR_SIZE, with LPAE and without). */
const rootSizes = { lpae: 0x5000n, short: 0x4000n } as const;

/**
 * 32-bit ARM. Low memory, and the image in it, is mapped from PAGE_OFFSET on, so the image offset
 * is PAGE_OFFSET less the start of memory. There is no KASLR, and VMCOREINFO states no offset.
 * `_text` is where the root table ends. Source: Linux, arch/arm/Kconfig (PAGE_OFFSET),
 * arch/arm/kernel/head.S (swapper_pg_dir, PG_DIR_SIZE), arch/arm/kernel/vmlinux.lds.S.
 */
export const armLayout: KernelLayout = {
  name: 'arm',
  imageAlignmentInBytes,
  usualTextLinkAddress: null,
  rootTableSymbols: ['swapper_pg_dir'],
  isOffsetShared: false,
  isRunByPc: true,
  imageWindow: () => ({ start: pageOffset, end: endOfAddresses }),
  imageOffsetOf: () => undefined,
  physBaseOf: () => null,
  readVmcoreInfo,
  vmcoreInfoLines: ({ pagingLevels }) => (pagingLevels === 3 ? { CONFIG_ARM_LPAE: 'y' } : {}),
};

function readVmcoreInfo(info: VmcoreInfo): VmcoreInfoPlace {
  const root = info.symbol('swapper_pg_dir');
  const isLpae = info.get('CONFIG_ARM_LPAE') === 'y';
  return root === undefined || root < pageOffset
    ? { claim: {} }
    : {
        claim: { textVirtualAddress: root + rootSizes[isLpae ? 'lpae' : 'short'] },
        rootTable: root,
        levels: isLpae ? 3 : 2,
      };
}
