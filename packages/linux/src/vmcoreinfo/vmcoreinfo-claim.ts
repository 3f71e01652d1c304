import type { KernelClaim, KernelLayout, VmcoreInfo } from '@vmcorekit/core';

/**
 * What a VMCOREINFO says of its kernel. The page-table root is that of the kernel itself (`init_top_pgt`, which `swapper_pg_dir` stands
 * for too), at the place phys_base gives it. `_stext` is not claimed as the start of the text: they differ in older kernels.
 * Source: Linux, arch/x86/kernel/vmcore_info_64.c.
 */
export function vmcoreInfoClaim(info: VmcoreInfo, layout: KernelLayout | undefined): KernelClaim {
  const { physBase, release, buildId } = info;
  const kernelOffset = isPossibleOffset(info.kernelOffset, layout) ? info.kernelOffset : undefined;
  const root = info.symbol('init_top_pgt') ?? info.symbol('swapper_pg_dir') ?? info.symbol('init_level4_pgt');
  const fiveLevels = info.number('pgtable_l5_enabled');
  const isInImage = layout !== undefined && root !== undefined && root >= layout.imageWindowStart && root < layout.imageWindowEnd;
  const pageTableRoot = isInImage && physBase !== undefined ? Number(root - layout.imageWindowStart) + physBase : -1;
  return {
    ...(physBase === undefined ? {} : { physBase }),
    ...(kernelOffset === undefined ? {} : { kaslrOffset: kernelOffset }),
    ...(release === undefined ? {} : { release }),
    ...(buildId === undefined ? {} : { buildId }),
    ...(pageTableRoot <= 0 ? {} : { pageTableRoot, pagingLevels: fiveLevels === 1 ? 5 : 4 }),
  };
}

/** KASLR moves a kernel by whole steps of its alignment, within its window: a damaged page must not say otherwise. */
function isPossibleOffset(offset: number | undefined, layout: KernelLayout | undefined): boolean {
  return (
    offset !== undefined &&
    (layout === undefined ||
      (offset % layout.physBaseAlignmentInBytes === 0 &&
        offset >= 0 &&
        BigInt(offset) < layout.imageWindowEnd - layout.imageWindowStart))
  );
}
