const usualPageSizeInBytes = 4096;

/**
 * The page size of a dump. VMCOREINFO gives it. Else the segments' alignment does, on architectures
 * that have several page sizes or are unknown. Else it is the architecture's usual one, its first.
 * Both numbers come from the file, so each counts only if such a page size exists.
 */
export function pageSizeOf(
  pageSizesInBytes: readonly number[] | undefined,
  vmcoreinfoPageSize: number | undefined,
  p_align: number,
): number {
  if (vmcoreinfoPageSize !== undefined && isPageSize(vmcoreinfoPageSize)) {
    return vmcoreinfoPageSize;
  }
  if (pageSizesInBytes?.length !== 1 && isPageSize(p_align)) {
    return p_align;
  }
  return pageSizesInBytes?.[0] ?? usualPageSizeInBytes;
}

/**
 * The p_align that makes readers use pages of this size. It is 0, as in kdump's and QEMU's files,
 * where they use that size anyway. crash (8.0.2, tried) takes a file with another value for
 * netdump's, and then looks for symbols without VMCOREINFO's KASLR offset.
 */
export function alignmentFor(
  pageSizeInBytes: number,
  pageSizesInBytes: readonly number[] | undefined,
  vmcoreinfoPageSize: number | undefined,
): number {
  return pageSizeOf(pageSizesInBytes, vmcoreinfoPageSize, 0) === pageSizeInBytes
    ? 0
    : pageSizeInBytes;
}

function isPageSize(size: number): boolean {
  return size >= 4096 && size <= 256 * 1024 && Number.isInteger(Math.log2(size));
}
