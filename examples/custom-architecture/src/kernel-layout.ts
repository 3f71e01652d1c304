import type { KernelLayout } from '@vmcorekit/core';
import { linearWindow } from './toy64.ts';

/**
 * Every kernel of a toy64 machine has the image offset of the window, so `isOffsetShared` is true.
 * The place of its text in physical memory identifies a kernel.
 */
export const toy64Layout: KernelLayout = {
  name: 'toy64',
  imageAlignmentInBytes: 0x20_0000,
  usualTextLinkAddress: null,
  rootTableSymbols: [],
  isOffsetShared: true,
  imageWindow: () => linearWindow,
  imageOffsetOf: () => linearWindow.start,
  physBaseOf: () => null,
  readVmcoreInfo: () => ({ claim: {} }),
};
