import { type KernelLayout, type KernelView, tryRead, VmcoreInfo } from '@vmcorekit/core';

/**
 * `vmcoreinfo_data`, `vmcoreinfo_size` and `vmcoreinfo_note` are neighbours: variables of one
 * source file, kernel/vmcore_info.c.
 */
const nearInBytes = 64n;
const wordSizeInBytes = 8n;
/** VMCOREINFO_BYTES, one page. */
const textLimitInBytes = 4096;
const textStart = 'OSRELEASE=';
/**
 * CONFIG_PHYSICAL_START is 16 MiB by default, and 2 MiB to 64 MiB in kernels seen. A far larger
 * value is damage.
 */
const greatestPhysicalStart = 0x800_0000;

/**
 * Whether the offset in a kernel's own note (KERNELOFFSET) proves the KASLR offset. It does where
 * the usual link address confirms it. Any other is right where the kernel was linked elsewhere, and
 * wrong where one byte of the page changed. So the copy of the text that the kernel keeps beside
 * the note (`vmcoreinfo_data`) must agree. Where none can be read, the offset must imply a likely
 * link address, and one changed byte must not explain its difference from the usual offset.
 * `pointer` is the variable that points to the note, `text` the start of the kernel's text.
 */
export function isOffsetProved(
  kernel: Pick<KernelView, 'dump' | 'memory'>,
  info: VmcoreInfo,
  pointer: bigint,
  text: bigint,
): boolean {
  const { layout } = kernel.dump;
  const usual = layout?.usualTextLinkAddress ?? null;
  const kernelOffset = offsetIn(layout, info);
  if (layout === null || kernelOffset === undefined) {
    return kernelOffset !== undefined;
  }
  const assumed = usual === null ? null : Number(text - usual);
  if (kernelOffset === assumed) {
    return true;
  }
  const copies = copiesNear(kernel, pointer);
  if (copies.length > 0 || assumed === null) {
    return copies.some((copy) => offsetIn(layout, copy) === kernelOffset);
  }
  const physicalStart = Number(text - layout.imageWindow(null).start) - kernelOffset;
  const isLikely = physicalStart > 0 && physicalStart <= greatestPhysicalStart;
  return isLikely && !isOneByteFrom(assumed.toString(16), info.get('KERNELOFFSET') ?? '');
}

/** KERNELOFFSET, or what else in a note says the offset in an architecture's own words. */
function offsetIn(layout: KernelLayout | null, info: VmcoreInfo): number | undefined {
  return info.kernelOffset ?? layout?.readVmcoreInfo(info).claim.kaslrOffset;
}

/** The texts that the variables beside the pointer lead to. */
function copiesNear({ memory }: Pick<KernelView, 'memory'>, pointer: bigint): VmcoreInfo[] {
  const copies: VmcoreInfo[] = [];
  for (let at = pointer - nearInBytes; at <= pointer + nearInBytes; at += wordSizeInBytes) {
    const text = tryRead(() => memory.readString(memory.readPointer(at), textLimitInBytes));
    if (text?.startsWith(textStart) === true) {
      copies.push(new VmcoreInfo(text));
    }
  }
  return copies;
}

/**
 * Whether one changed byte could turn one text into the other: another digit, or an early end of
 * line.
 */
function isOneByteFrom(text: string, other: string): boolean {
  const changed = Array.from(text).filter((digit, index) => digit !== other[index]).length;
  return text.startsWith(other) || (text.length === other.length && changed === 1);
}
