const usualPageSizeInBytes = 4096;

/**
 * The page size of a dump: what VMCOREINFO says, else the segments' alignment on architectures that
 * come in several page sizes or are unknown, else the architecture's usual one, which is its first.
 * Both numbers are the file's word, so each is believed only if it is a page size that exists.
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
 * The p_align that makes a file be read in pages of this size: 0 where it is so read anyway, as
 * kdump and QEMU write it. crash (8.0.2, tried) takes a file with another value for netdump's, and
 * then looks for symbols without the KASLR offset that VMCOREINFO tells.
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
