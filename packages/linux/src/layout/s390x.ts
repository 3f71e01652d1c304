import type {
  KernelLayout,
  KernelPlace,
  TranslationRoot,
  VirtualRange,
  VmcoreInfo,
  VmcoreInfoPlace,
} from '@vmcorekit/core';

/**
 * Image and physical place agree in their low 20 bits, so that large pages can map the image.
 * Source: Linux 6.11, 693d41f7c938, arch/s390/boot/startup.c (kaslr_large_page_offset).
 */
const imageAlignmentInBytes = 0x10_0000;
/** TEXT_OFFSET: the text lies this far above KERNELOFFSET, and above KERNELOFFPHYS. */
const textOffset = 0x10_0000n;
/** THREAD_SIZE: KASLR moves the image by multiples of it. */
const kaslrAlignmentInBytes = 0x4000n;
const mostLevels = 4;
const pageBits = 12;
const pageTableBits = 8;
const otherTableBits = 11;
const addressLimit = 2n ** 53n;
const hexadecimal = /^[0-9a-f]{1,16}$/;

/**
 * s390x. Until 6.9 virtual addresses are physical, so the image offset is 0. Since 6.10 the image
 * lies at the end of the addresses that the kernel's tables serve, and all memory is mapped at
 * IDENTITYBASE, mostly 0, in the same tables. Source: Linux, c98d2ecae08f,
 * arch/s390/boot/startup.c (setup_kernel_memory_layout).
 */
export const s390xLayout: KernelLayout = {
  name: 's390x',
  imageAlignmentInBytes,
  usualTextLinkAddress: textOffset,
  rootTableSymbols: ['swapper_pg_dir'],
  isOffsetShared: false,
  isRootInImage: true,
  // Source: Linux, arch/s390/mm/init.c (free_initmem).
  ownsReadOnlyPages: true,
  imageWindow,
  imageOffsetOf: () => undefined,
  physBaseOf: () => null,
  numbersOf,
  readVmcoreInfo,
  vmcoreInfoLines,
  // Source: Linux, arch/s390/include/asm/pgtable.h (PMD_SHIFT).
  hugePageSizeInBytes: () => 2 ** 20,
};

/** All addresses that the tables serve. */
function imageWindow(root: TranslationRoot | null): VirtualRange {
  const levels = root?.levels ?? mostLevels;
  const bits = pageBits + pageTableBits + otherTableBits * (levels - 1);
  return { start: 0n, end: 2n ** BigInt(Math.min(64, bits)) };
}

/** The names of VMCOREINFO; kernels whose addresses are physical have none of them. */
function numbersOf({
  imageOffset,
  linearMapOffset,
  kaslrOffset = null,
}: KernelPlace): Readonly<Record<string, bigint>> {
  return imageOffset === 0n
    ? {}
    : {
        ...(kaslrOffset === null
          ? {}
          : {
              KERNELOFFSET: BigInt(kaslrOffset),
              KERNELOFFPHYS: BigInt.asUintN(64, BigInt(kaslrOffset) - imageOffset),
            }),
        ...(linearMapOffset === null ? {} : { IDENTITYBASE: linearMapOffset }),
      };
}

/** Bare hexadecimal numbers. */
function vmcoreInfoLines(place: KernelPlace): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(numbersOf(place)).map(([name, value]) => [name, value.toString(16)]),
  );
}

/**
 * The lines IDENTITYBASE, KERNELOFFSET and KERNELOFFPHYS come last, in this order. So a note with
 * the first and without the last is cut. Nothing states the number of levels. Source: Linux,
 * arch/s390/kernel/vmcore_info.c.
 */
function readVmcoreInfo(info: VmcoreInfo): VmcoreInfoPlace {
  const kaslrOffset = kaslrOffsetOf(info);
  const identityBase = hexOf(info, 'IDENTITYBASE');
  const physical = hexOf(info, 'KERNELOFFPHYS');
  if (kaslrOffset === undefined) {
    return { claim: {} };
  }
  const imageOffset =
    physical !== undefined
      ? BigInt.asUintN(64, kaslrOffset - physical)
      : identityBase === undefined
        ? 0n
        : undefined;
  return {
    claim: {
      kaslrOffset: Number(kaslrOffset),
      ...(imageOffset !== undefined && imageOffset % BigInt(imageAlignmentInBytes) === 0n
        ? { imageOffset, linearMapOffset: identityBase ?? 0n }
        : {}),
    },
    ...(identityBase === undefined ? { isLinearMapFixed: true } : {}),
  };
}

/** KERNELOFFSET, which the place of the text must confirm. */
function kaslrOffsetOf(info: VmcoreInfo): bigint | undefined {
  const offset = hexOf(info, 'KERNELOFFSET');
  return offset !== undefined &&
    offset < addressLimit &&
    offset % kaslrAlignmentInBytes === 0n &&
    info.symbol('_stext') === offset + textOffset
    ? offset
    : undefined;
}

/** A line with a bare hexadecimal number. */
function hexOf(info: VmcoreInfo, key: string): bigint | undefined {
  const value = info.get(key);
  return value !== undefined && hexadecimal.test(value) ? BigInt(`0x${value}`) : undefined;
}
