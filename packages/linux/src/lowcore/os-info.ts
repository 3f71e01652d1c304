import { type PhysicalMemory, StructView, tryRead } from '@vmcorekit/core';
import { pointerIn } from './lowcore.ts';

/** Absolute address of `os_info` in the lowcore. Source: Linux, arch/s390/include/asm/lowcore.h. */
const pointerAt = 0xe18;
/** `OSINFOSZ`. */
const magic = 0x4f53_494e_464f_535an;
const sizeInBytes = 4096;
/** struct os_info (arch/s390/include/asm/os_info.h): magic, csum, versions, sizes, entries. */
const checksumAt = 8;
const checksummedFrom = 12;
const entriesAt = 32;
const entrySizeInBytes = 20;
/** Numbers of entries that hold a value, since 6.10. */
const identityBase = 4;
const kernelOffset = 5;
const kernelOffsetPhysical = 6;

/** Where a kernel of s390x lies, by the page that it keeps for dump tools. */
export interface OsInfo {
  readonly physicalAddress: number;
  /** As VMCOREINFO's KERNELOFFSET, KERNELOFFPHYS and IDENTITYBASE. */
  readonly kernelOffset: bigint;
  readonly kernelOffsetPhysical: bigint;
  readonly identityBase: bigint;
}

/**
 * The page that the absolute lowcore points to. Undefined where it is none, where its checksum
 * fails, and in kernels before 6.10, which have no offsets in it. Source: Linux,
 * arch/s390/kernel/os_info.c.
 */
export function osInfoOf(memory: PhysicalMemory): OsInfo | undefined {
  const physicalAddress = pointerIn(memory, pointerAt, sizeInBytes);
  if (physicalAddress === undefined) {
    return undefined;
  }
  return tryRead(() => {
    const page = new StructView(memory.read(physicalAddress, sizeInBytes), 'big', 'os_info', 0);
    const value = (entry: number): bigint => page.uintptr(entriesAt + entry * entrySizeInBytes, 64);
    const isWhole = page.uintptr(0, 64) === magic && page.uint32(checksumAt) === checksumOf(page);
    return !isWhole || value(kernelOffset) === 0n
      ? undefined
      : {
          physicalAddress,
          kernelOffset: value(kernelOffset),
          kernelOffsetPhysical: value(kernelOffsetPhysical),
          identityBase: value(identityBase),
        };
  });
}

/** The sum of all words after it, with carries added: the instruction CHECKSUM. */
function checksumOf(page: StructView): number {
  let sum = 0;
  for (let at = checksummedFrom; at < sizeInBytes; at += 4) {
    sum += page.uint32(at);
    sum = (sum % 2 ** 32) + Math.floor(sum / 2 ** 32);
  }
  return sum;
}
