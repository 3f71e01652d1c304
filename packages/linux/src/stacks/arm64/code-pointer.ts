import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';

/** It selects the kernel's half of the addresses, and is no part of a signature. */
const kernelHalf = 1n << 55n;

/**
 * A return address without the signature in its upper bits (pointer authentication). The kernel
 * names those bits in VMCOREINFO; else they are the bits above the addresses that its tables serve,
 * all set in the kernel's half. Source: Linux, arch/arm64/kernel/vmcore_info.c (KERNELPACMASK),
 * arch/arm64/include/asm/pointer_auth.h.
 */
export function withoutSignature(kernel: Kernel, address: VirtualAddress): VirtualAddress {
  return (address & kernelHalf) === 0n ? address : address | signatureBitsOf(kernel);
}

const signatureBitsOf = perKernel(({ vmcoreinfo, root }: Kernel) => {
  const bits = root.addressBits;
  return (
    vmcoreinfo.bigNumber('KERNELPACMASK') ??
    (bits === undefined ? 0n : 2n ** 64n - 2n ** BigInt(bits))
  );
});
