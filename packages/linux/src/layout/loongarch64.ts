import type { KernelLayout, VmcoreInfoPlace } from '@vmcorekit/core';
import { loongarchHeaderAt, loongarchTextBefore } from '../identity/loongarch-header.ts';

const cachedWindow = 0x9000_0000_0000_0000n;
/** The processor has 48 bits of physical address at most. */
const endOfWindow: bigint = cachedWindow + 2n ** 48n;
const imageAlignmentInBytes = 0x1_0000;

/**
 * LoongArch of 64 bits. The kernel runs in the processor's cached direct window, so all kernels
 * share one image offset, and no table shows them: what is found is where a kernel's text lies.
 * VMCOREINFO states no offset; the image's header has the address that it was linked for. Source:
 * Linux, arch/loongarch/include/asm/addrspace.h (CACHE_BASE), arch/loongarch/kernel/relocate.c.
 */
export const loongarch64Layout: KernelLayout = {
  name: 'loongarch64',
  imageAlignmentInBytes,
  usualTextLinkAddress: null,
  rootTableSymbols: [],
  isOffsetShared: true,
  isRunByPc: true,
  imageWindow: () => ({ start: cachedWindow, end: endOfWindow }),
  imageOffsetOf: () => cachedWindow,
  physBaseOf: () => null,
  readVmcoreInfo: (): VmcoreInfoPlace => ({
    claim: { imageOffset: cachedWindow, linearMapOffset: cachedWindow },
    isLinearMapFixed: true,
  }),
  textStartBefore: loongarchTextBefore,
  bootHeadersIn: loongarchHeaderAt,
};
