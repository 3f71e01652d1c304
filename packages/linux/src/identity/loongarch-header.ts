import {
  type BootHeader,
  type KernelMemory,
  type PhysicalMemory,
  StructView,
  tryRead,
} from '@vmcorekit/core';

const headerSizeInBytes = 0x40;
/** The header is part of `.head.text`, which ends at `_stext`; it is smaller than this. */
const mostBeforeText = 0x20_0000;
const pageSizeInBytes = 0x1000;
const loadAlignmentInBytes = 0x1_0000;
/** `MZ`, so that firmware takes the image for a program. */
const dosMagic = 0x5a4d;
/** LINUX_PE_MAGIC of LoongArch. */
const peMagic = 0x8182_23cd;
/** Offsets of the fields. Source: Linux, arch/loongarch/kernel/head.S (_head). */
const at = { imageSize: 0x10, loadOffset: 0x18, peMagic: 0x38 } as const;

/** What the header of an image says. */
interface LoongarchHeader {
  /** The image's size in memory, from `_text` on. */
  readonly imageSizeInBytes: number;
  /** The physical address that the kernel was linked for (PHYS_LINK_KADDR). */
  readonly linkedAt: number;
}

/** Reads the header at `_text`; undefined where none is. */
function loongarchHeader(read: (lengthInBytes: number) => Uint8Array): LoongarchHeader | undefined {
  const bytes = tryRead(() => read(headerSizeInBytes));
  if (bytes === undefined) {
    return undefined;
  }
  const view = new StructView(bytes, 'little', 'LoongArch image header');
  const imageSize = view.uint64(at.imageSize);
  const linkedAt = view.uint64(at.loadOffset);
  const isHeader =
    view.uint16(0) === dosMagic &&
    view.uint32(at.peMagic) === peMagic &&
    imageSize <= BigInt(Number.MAX_SAFE_INTEGER) &&
    linkedAt <= BigInt(Number.MAX_SAFE_INTEGER) &&
    linkedAt % BigInt(loadAlignmentInBytes) === 0n;
  return isHeader ? { imageSizeInBytes: Number(imageSize), linkedAt: Number(linkedAt) } : undefined;
}

/**
 * The physical address of `_text`, which kallsyms does not name, from that of `_stext`: the image
 * begins with its header. Undefined where no header before `_stext` states an image that holds it.
 */
export function loongarchTextBefore(
  memory: Pick<PhysicalMemory, 'read'>,
  stext: number,
): number | undefined {
  const first = stext - (stext % pageSizeInBytes);
  for (let page = first; page >= 0 && page >= stext - mostBeforeText; page -= pageSizeInBytes) {
    const header = loongarchHeader((length) => memory.read(page, length));
    if (header !== undefined) {
      return page + header.imageSizeInBytes > stext ? page : undefined;
    }
  }
  return undefined;
}

/** The header at `_text`, where an image begins with one. */
export function* loongarchHeaderAt(
  memory: Pick<KernelMemory, 'read'>,
  text: bigint,
): Generator<BootHeader, void, void> {
  const header = loongarchHeader((length) => memory.read(text, length));
  if (header !== undefined) {
    yield { address: text, linkedAt: BigInt(header.linkedAt) };
  }
}
