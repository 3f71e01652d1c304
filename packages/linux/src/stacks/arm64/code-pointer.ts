import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';

/** It selects the kernel's half of the addresses, and is no part of a signature. */
const kernelHalf = 1n << 55n;

/** A return address without the signature in its upper bits, which are set in the kernel's half. */
export function withoutSignature(kernel: Kernel, address: VirtualAddress): VirtualAddress {
  return (address & kernelHalf) === 0n ? address : address | signatureBitsOf(kernel);
}

/**
 * The bits of a kernel's pointer that may hold a signature (pointer authentication of arm64). The
 * kernel names them in VMCOREINFO; else they are those above the addresses that its tables serve.
 * Source: Linux, arch/arm64/kernel/vmcore_info.c (KERNELPACMASK),
 * arch/arm64/include/asm/pointer_auth.h.
 */
export const signatureBitsOf: (kernel: Kernel) => bigint = perKernel(({ vmcoreinfo, root }) => {
  const bits = root.addressBits;
  return (
    vmcoreinfo.bigNumber('KERNELPACMASK') ??
    (bits === undefined ? 0n : 2n ** 64n - 2n ** BigInt(bits))
  );
});
