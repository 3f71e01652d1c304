import { type PhysicalAddress, type PhysicalMemory, tryRead } from '@vmcorekit/core';
import { type PhysicalVmcoreInfo, vmcoreInfoAt } from '../vmcoreinfo/vmcoreinfo-scan.ts';

/**
 * Places in the lowcore, the first pages of s390x memory as each CPU sees them. A dump has the
 * absolute lowcore at 0, and each CPU's own at its prefix. Source: Linux,
 * arch/s390/include/asm/lowcore.h (vmcore_info, kernel_asce).
 */
const vmcoreInfoAtAbsolute = 0xe0c;
const kernelAsceAt = 0x388;
const noteAlignmentInBytes = 4;
/** Far more memory than any machine has. */
const mostAddress = 2n ** 52n;

/**
 * The VMCOREINFO note that the absolute lowcore points to: the kernel puts it there for dump tools.
 * While a kernel boots, the place holds an odd number instead, its KASLR offset.
 */
export function lowcoreVmcoreInfo(memory: PhysicalMemory): PhysicalVmcoreInfo | undefined {
  const note = pointerIn(memory, vmcoreInfoAtAbsolute, noteAlignmentInBytes);
  return note === undefined ? undefined : vmcoreInfoAt(memory, note);
}

/** An address in the absolute lowcore; undefined where it is none of that alignment. */
export function pointerIn(
  memory: PhysicalMemory,
  at: PhysicalAddress,
  alignmentInBytes: number,
): PhysicalAddress | undefined {
  const pointer = tryRead(() => memory.readUint64(at));
  return pointer === undefined ||
    pointer === 0n ||
    pointer % BigInt(alignmentInBytes) !== 0n ||
    pointer > mostAddress
    ? undefined
    : Number(pointer);
}

/** The address-space-control element of the kernel, from the lowcore at a CPU's prefix. */
export function kernelAsceOf(memory: PhysicalMemory, prefix: bigint): bigint | undefined {
  return tryRead(() => memory.readUint64(Number(prefix) + kernelAsceAt));
}
