import { type PhysicalMemory, tryRead } from '@vmcorekit/core';
import { type PhysicalVmcoreInfo, vmcoreInfoAt } from '../vmcoreinfo/vmcoreinfo-scan.ts';

/**
 * Places in the lowcore, the first pages of s390x memory as each CPU sees them. A dump has the
 * absolute lowcore at 0, and each CPU's own at its prefix. Source: Linux,
 * arch/s390/include/asm/lowcore.h (vmcore_info, kernel_asce).
 */
const vmcoreInfoAtAbsolute = 0xe0c;
const kernelAsceAt = 0x388;
const wordSizeInBytes = 4;

/**
 * The VMCOREINFO note that the absolute lowcore points to: the kernel puts it there for dump tools.
 * While a kernel boots, the place holds an odd number instead, its KASLR offset.
 */
export function lowcoreVmcoreInfo(memory: PhysicalMemory): PhysicalVmcoreInfo | undefined {
  const pointer = tryRead(() => memory.readUint64(vmcoreInfoAtAbsolute));
  return pointer === undefined ||
    pointer === 0n ||
    pointer % BigInt(wordSizeInBytes) !== 0n ||
    pointer > 2n ** 52n
    ? undefined
    : vmcoreInfoAt(memory, Number(pointer));
}

/** The address-space-control element of the kernel, from the lowcore at a CPU's prefix. */
export function kernelAsceOf(memory: PhysicalMemory, prefix: bigint): bigint | undefined {
  return tryRead(() => memory.readUint64(Number(prefix) + kernelAsceAt));
}
