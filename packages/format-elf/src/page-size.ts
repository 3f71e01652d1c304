const usualPageSizeInBytes = 4096;

/**
 * The page size of a dump: what VMCOREINFO says, else the segments' alignment on architectures that
 * come in several page sizes, else the architecture's usual one, which is its first. Both numbers are
 * the file's word, so each is believed only if it is a page size that exists.
 */
export function pageSizeOf(
  pageSizesInBytes: readonly number[] = [usualPageSizeInBytes],
  vmcoreinfoPageSize: number | undefined,
  p_align: number,
): number {
  if (vmcoreinfoPageSize !== undefined && isPageSize(vmcoreinfoPageSize)) {
    return vmcoreinfoPageSize;
  }
  if (pageSizesInBytes.length > 1 && isPageSize(p_align)) {
    return p_align;
  }
  return pageSizesInBytes[0] ?? usualPageSizeInBytes;
}

function isPageSize(size: number): boolean {
  return size >= 4096 && size <= 256 * 1024 && Number.isInteger(Math.log2(size));
}
