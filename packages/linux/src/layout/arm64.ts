import {
  hex,
  type KernelLayout,
  type KernelPlace,
  type TranslationRoot,
  type VirtualRange,
  type VmcoreInfo,
  type VmcoreInfoPlace,
} from '@vmcorekit/core';
import { isInWindow } from '../kernel-image.ts';

/** The virtual place keeps the low bits of the physical one (arch/arm64/kernel/kaslr_early.c). */
const imageAlignmentInBytes = 0x20_0000;
/** KERNELOFFSET follows the physical place too, which UEFI may choose at any page. */
const kaslrAlignmentInBytes = 0x1000;
/** Addresses of 52 bits leave the image where those of 48 bits have it (VA_BITS_MIN). */
const mostImageBits = 48;
const largestGranuleInBytes = 0x1_0000;
const wideAddressBits = 52;
const page16InBytes = 0x4000;
/**
 * Where Linux links `_text`, from the start of the image window: after the modules. These take 128
 * MiB, with those of BPF before them 256 MiB, and since 6.5 they take 2 GiB. Source: Linux,
 * arch/arm64/include/asm/memory.h (KIMAGE_VADDR, MODULES_VSIZE, BPF_JIT_REGION_SIZE).
 */
const linkDistances: readonly bigint[] = [0x8000_0000n, 0x800_0000n, 0x1000_0000n];
/** From `_text` to `_stext`. Source: vmlinux.lds.S, SEGMENT_ALIGN; measured: 6.1, 6.12 and 7.3. */
const headerSizeInBytes = 0x1_0000n;
/**
 * From the start of memory to `_stext`: `_text` lies at a multiple of 2 MiB, the first that leaves
 * room for a boot loader, or before 5.8 at TEXT_OFFSET. Linux gives the header before `_stext`
 * away. Source: Linux, Documentation/arch/arm64/booting.rst, arch/arm64/mm/init.c
 * (arm64_memblock_init); QEMU, hw/arm/boot.c (KERNEL64_LOAD_ADDR).
 */
const usualTextDistances: readonly number[] = [0x21_0000, 0x9_0000, 0x1_0000];
/** The sizes of addresses in which an image lies, the most used first. */
const imageBits = [48, 47, 39, 42, 36] as const;

/**
 * arm64. `kimage_voffset` is the image offset. The image lies in the upper half of the kernel's
 * addresses among modules and all that the kernel allocates. It holds swapper_pg_dir, the one root
 * of the kernel's half. The link address depends on the release and on the size of addresses:
 * ffff800008000000 in 6.1, ffff800080000000 in 6.12. Source: Linux, arch/arm64/include/asm/memory.h
 * (KIMAGE_VADDR, VA_BITS_MIN), Documentation/arch/arm64/memory.rst.
 */
export const arm64Layout: KernelLayout = {
  name: 'arm64',
  imageAlignmentInBytes,
  usualTextLinkAddress: null,
  rootTableSymbols: ['swapper_pg_dir'],
  isOffsetShared: false,
  isRootInImage: true,
  imageWindow: (root) => windowOf(root?.addressBits ?? mostImageBits),
  imageOffsetOf: () => undefined,
  physBaseOf: () => null,
  numbersOf,
  readVmcoreInfo,
  isTextLinkAddress: (address) => imageBits.some((bits) => isLinkedAt(address, bits)),
  usualTextDistances,
  isRunByPc: true,
  placeVariables: [{ name: 'kimage_voffset', words: 1, imageOffsetIn: ([offset]) => offset }],
  vmcoreInfoLines,
};

function windowOf(addressBits: number): VirtualRange {
  const end = 2n ** 64n;
  return { start: end - 2n ** BigInt(Math.min(mostImageBits, addressBits) - 1), end };
}

/** Places are modulo 2^64. crash takes the linear map to start at minus 2^vabits_actual. */
function numbersOf({
  imageOffset,
  linearMapOffset,
  root,
}: KernelPlace): Readonly<Record<string, bigint>> {
  const { vabits_actual: bits } = addressBitsIn(root);
  return {
    kimage_voffset: imageOffset,
    ...(bits === undefined ? {} : { vabits_actual: bits }),
    ...(bits === undefined || linearMapOffset === null
      ? {}
      : { phys_offset: BigInt.asUintN(64, -(2n ** bits) - linearMapOffset) }),
  };
}

/**
 * crash's word for the size of addresses in use. Tables of 64 KiB pages look the same on a
 * processor that uses 48 bits of their 52.
 */
function addressBitsIn(root: TranslationRoot | null): { vabits_actual?: bigint } {
  const bits = root?.addressBits;
  return bits === undefined ||
    (bits === wideAddressBits && root?.basePageSizeInBytes === largestGranuleInBytes)
    ? {}
    : { vabits_actual: BigInt(bits) };
}

/** Source: Linux, arch/arm64/kernel/vmcore_info.c. */
function readVmcoreInfo(info: VmcoreInfo): VmcoreInfoPlace {
  const imageOffset = info.bigNumber('kimage_voffset');
  const linearMapOffset = linearMapOffsetOf(info);
  const kaslrOffset = kaslrOffsetOf(info);
  const { pageSizeInBytes } = info;
  const addressBits = addressBitsOf(info);
  const root = info.symbol('swapper_pg_dir');
  const text = info.symbol('_stext');
  return {
    claim: {
      ...(isPossible(imageOffset, imageAlignmentInBytes) ? { imageOffset } : {}),
      ...(linearMapOffset === undefined ? {} : { linearMapOffset }),
      // KERNELOFFSET counts from where Linux links `_text`, so it bears out the distance too.
      ...(kaslrOffset === undefined || text === undefined
        ? {}
        : { kaslrOffset, textVirtualAddress: text - headerSizeInBytes }),
    },
    ...(root !== undefined &&
    pageSizeInBytes !== undefined &&
    addressBits !== undefined &&
    isInWindow(windowOf(addressBits), root)
      ? { rootTable: root, basePageSizeInBytes: pageSizeInBytes, addressBits }
      : {}),
  };
}

/**
 * VA_BITS is what the tables serve. The kernel may be built for more, but then PHYS_OFFSET counts
 * from there too. The root of the kernel's half is swapper_pg_dir, in the image.
 */
function vmcoreInfoLines({
  imageOffset,
  linearMapOffset,
  root,
}: KernelPlace): Readonly<Record<string, string>> {
  const number = (value: bigint): string => hex(BigInt.asUintN(64, value));
  const { vabits_actual: used } = addressBitsIn(root);
  const bits = root?.addressBits === undefined ? undefined : BigInt(root.addressBits);
  return {
    'NUMBER(kimage_voffset)': number(imageOffset),
    ...(bits === undefined ? {} : { 'NUMBER(VA_BITS)': String(bits) }),
    ...(used === undefined ? {} : { 'NUMBER(TCR_EL1_T1SZ)': number(64n - used) }),
    ...(bits === undefined || linearMapOffset === null
      ? {}
      : { 'NUMBER(PHYS_OFFSET)': number(-(2n ** bits) - linearMapOffset) }),
    ...(root?.tableAddress == null
      ? {}
      : {
          'SYMBOL(swapper_pg_dir)': BigInt.asUintN(
            64,
            imageOffset + BigInt(root.tableAddress),
          ).toString(16),
        }),
  };
}

/**
 * KERNELOFFSET, where the text of the same note, less the offset, is where Linux links it. Nothing
 * else bears the offset out, and one changed digit must not make a wrong one of it.
 */
function kaslrOffsetOf(info: VmcoreInfo): number | undefined {
  const { kernelOffset, pageSizeInBytes } = info;
  const text = info.symbol('_stext');
  const compiled = info.number('VA_BITS');
  if (kernelOffset === undefined || text === undefined || compiled === undefined) {
    return undefined;
  }
  const isWide16 = compiled > mostImageBits && pageSizeInBytes === page16InBytes;
  const bits = isWide16 ? mostImageBits - 1 : Math.min(mostImageBits, compiled);
  return isPossible(BigInt(kernelOffset), kaslrAlignmentInBytes) &&
    isLinkedAt(text - BigInt(kernelOffset), bits)
    ? kernelOffset
    : undefined;
}

/** Whether a kernel of this VA_BITS_MIN may have `_stext` there at link time. */
function isLinkedAt(text: bigint, bits: number): boolean {
  const distance = text - headerSizeInBytes - windowOf(bits).start;
  return linkDistances.includes(distance);
}

/**
 * Where the linear map starts, less the start of memory. The kernel computes with the VA_BITS that
 * it was built with, whatever the processor uses, so PHYS_OFFSET may be below zero. Source: Linux,
 * arch/arm64/include/asm/memory.h (`__phys_to_virt`), arch/arm64/mm/init.c.
 */
function linearMapOffsetOf(info: VmcoreInfo): bigint | undefined {
  const start = info.bigNumber('PHYS_OFFSET');
  const bits = info.number('VA_BITS');
  return start === undefined || bits === undefined || bits < 36 || bits > wideAddressBits
    ? undefined
    : BigInt.asUintN(64, -(2n ** BigInt(bits)) - start);
}

/**
 * The bits that the tables serve: 64 - T1SZ where Linux states it, else VA_BITS. With pages of 64
 * KiB the table has all of VA_BITS, even where the processor uses fewer.
 */
function addressBitsOf(info: VmcoreInfo): number | undefined {
  const compiled = info.number('VA_BITS');
  const size = info.number('TCR_EL1_T1SZ');
  return size === undefined || info.pageSizeInBytes === largestGranuleInBytes
    ? compiled
    : 64 - size;
}

function isPossible(offset: bigint | undefined, alignmentInBytes: number): offset is bigint {
  return offset !== undefined && offset >= 0n && offset % BigInt(alignmentInBytes) === 0n;
}
