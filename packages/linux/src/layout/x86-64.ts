import type { KernelLayout, Registers, VmcoreInfo, VmcoreInfoPlace } from '@vmcorekit/core';

/** `__START_KERNEL_map`. */
const imageWindowStart = 0xffff_ffff_8000_0000n;
/** The start of the module area. */
const imageWindowEnd = 0xffff_ffff_c000_0000n;
/** The privilege bits of a code segment's selector. */
const privilegeMask = 3n;
const userPrivilege = 3n;
/** The smallest CONFIG_PHYSICAL_ALIGN allowed on 64 bits (arch/x86/Kconfig). */
const imageAlignmentInBytes = 0x20_0000;

/**
 * x86-64. `phys_base` is the start of the image window minus the image offset, as the kernel
 * defines it. Source: Linux, arch/x86/include/asm/page_64_types.h, page_64.h
 * (`__phys_addr_nodebug`) and Documentation/arch/x86/x86_64/mm.rst; CONFIG_PHYSICAL_START's
 * default.
 */
export const x8664Layout: KernelLayout = {
  name: 'x86_64',
  imageAlignmentInBytes,
  usualTextLinkAddress: 0xffff_ffff_8100_0000n,
  // `init_top_pgt` since v4.13, `init_level4_pgt` before that.
  rootTableSymbols: ['init_top_pgt', 'init_level4_pgt'],
  isOffsetShared: false,
  imageWindow: () => ({ start: imageWindowStart, end: imageWindowEnd }),
  imageOffsetOf: ({ physBase }) => (physBase === undefined ? undefined : offsetAt(physBase)),
  physBaseOf: (imageOffset) => Number(BigInt.asIntN(64, imageWindowStart - imageOffset)),
  readVmcoreInfo,
  vmcoreInfoLines: ({ physBase, pagingLevels }) => ({
    ...(physBase === null ? {} : { 'NUMBER(phys_base)': String(physBase) }),
    ...(pagingLevels === null
      ? {}
      : { 'NUMBER(pgtable_l5_enabled)': String(pagingLevels === 5 ? 1 : 0) }),
  }),
  perCpuOffsetIn,
};

/**
 * In the kernel the offset is the GS base. While a process runs, swapgs keeps it as
 * `kernel_gs_base`. The other of the two belongs to the process, which may set it to anything.
 * Source: Linux, arch/x86/kernel/setup_percpu.c, arch/x86/entry/calling.h.
 */
function perCpuOffsetIn(registers: Registers): bigint | undefined {
  const cs = registers.get('cs');
  return cs === undefined
    ? undefined
    : registers.get((cs & privilegeMask) === userPrivilege ? 'kernel_gs_base' : 'gs_base');
}

function offsetAt(physBase: number): bigint {
  return BigInt.asUintN(64, imageWindowStart - BigInt(physBase));
}

/**
 * `_stext` is not the start of the text: the two differ in older kernels. `swapper_pg_dir` is
 * another name for `init_top_pgt`. Source: Linux, arch/x86/kernel/vmcore_info_64.c.
 */
function readVmcoreInfo(info: VmcoreInfo): VmcoreInfoPlace {
  const { physBase, kernelOffset } = info;
  const root =
    info.symbol('init_top_pgt') ?? info.symbol('swapper_pg_dir') ?? info.symbol('init_level4_pgt');
  const isInImage = root !== undefined && root >= imageWindowStart && root < imageWindowEnd;
  return {
    claim: {
      ...(physBase === undefined ? {} : { imageOffset: offsetAt(physBase), physBase }),
      ...(isPossibleOffset(kernelOffset) ? { kaslrOffset: kernelOffset } : {}),
    },
    ...(isInImage
      ? { rootTable: root, levels: info.number('pgtable_l5_enabled') === 1 ? 5 : 4 }
      : {}),
  };
}

/**
 * KASLR moves a kernel by multiples of its alignment, within its window. A damaged page may claim
 * otherwise.
 */
function isPossibleOffset(offset: number | undefined): offset is number {
  return (
    offset !== undefined &&
    offset % imageAlignmentInBytes === 0 &&
    offset >= 0 &&
    BigInt(offset) < imageWindowEnd - imageWindowStart
  );
}
