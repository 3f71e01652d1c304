import { startOf } from './iomem.ts';
import {
  demandEqual,
  kernelRoot,
  knownSymbol,
  type LocationStatements,
  locationOf,
  noteNumber,
  statedKaslrOffset,
  symbol,
} from './location.ts';
import type { KernelLocation } from './truth.ts';

/**
 * From `_text` to `_stext`: the image's head fills less than SEGMENT_ALIGN. Source: Linux,
 * arch/arm64/kernel/vmlinux.lds.S and include/asm/memory.h.
 */
const segmentAlignment = 0x10000n;
/** KASLR moves the image in steps of this at most, and links it at a multiple. */
const linkAlignment = 0x200000n;

/**
 * arm64: `kimage_voffset` says it, and /proc/iomem must agree. Its `Kernel code` starts at `_stext`
 * up to 6.1 and at `_text` in 6.12 and later.
 */
export function locateArm64(statements: LocationStatements): KernelLocation {
  const stext = symbol(statements, '_stext');
  // kallsyms without data symbols starts at _stext.
  const text = knownSymbol(statements, '_text') ?? stext - segmentAlignment;
  const kernelCodeStart = startOf(statements.memoryMap, 'Kernel code');
  const offsets = [stext, text].map((start) => start - kernelCodeStart);
  const imageOffset = noteNumber(statements, 'kimage_voffset') ?? offsets[0] ?? 0n;
  if (!offsets.includes(imageOffset)) {
    demandEqual('kimage_voffset', stext - kernelCodeStart, imageOffset);
  }
  const kaslrOffset = statedKaslrOffset(statements);
  demandEqual('the link address', (text - kaslrOffset) % linkAlignment, 0n);
  return locationOf({
    text,
    imageOffset,
    kaslrOffset,
    root: kernelRoot(statements),
    pagingLevels: levelsOf(statements),
  });
}

/** Each level resolves as many bits as a page has room for entries of eight bytes. */
function levelsOf(statements: LocationStatements): number | null {
  const unusedBits = noteNumber(statements, 'TCR_EL1_T1SZ');
  const pageSizeInBytes = Number(statements.vmcoreinfo.PAGESIZE);
  if (unusedBits === undefined || !(pageSizeInBytes > 0)) {
    return null;
  }
  const pageBits = Math.log2(pageSizeInBytes);
  return Math.ceil((64 - Number(unusedBits) - pageBits) / (pageBits - 3));
}
