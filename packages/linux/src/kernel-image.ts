import { type Dump, type KernelLayout, type MappedRun, type PagingRoot, tryRead } from '@vmcorekit/core';

/** An image has about ten runs and comes first in its window; a hostile table could have millions. */
const maxRuns = 512;
/** Linux's image window is 1 GiB, but no image comes near it: more is somebody else's mapping. Measured: 62 MiB for Debian's 6.1. */
const maxImageSizeInBytes = 512 * 1024 * 1024;
const middleTableLevel = 2;

/** Under page-table isolation a root is 8 KiB; the user's half is the odd page of the two (Linux, arch/x86/include/asm/pgtable.h). */
const userHalfOffset = 0x1000;

/** The kernel image as one set of page tables maps it. */
export interface KernelImage {
  readonly root: PagingRoot;
  readonly physBase: number;
  /** The mapped runs that lie at this `physBase`, ascending: the image, without modules that share the window. */
  readonly runs: readonly MappedRun[];
  /** Not writable, executable. */
  readonly text: readonly MappedRun[];
  /** Neither writable nor executable. */
  readonly rodata: readonly MappedRun[];
  /** Writable. */
  readonly data: readonly MappedRun[];
  /**
   * Where `_text` lies, or null where that is not proved: it is the first mapping, provided that the kernel has taken away what it does not
   * use and the rights of its text (so the first run is executable and not writable, and starts on a 2 MiB boundary).
   */
  readonly textStart: { readonly virtualAddress: bigint; readonly physicalAddress: number } | null;
  /**
   * Whether the table with the image's own entries (Linux's static `level2_kernel_pgt`) lies in the data of the image that it maps. That is so
   * for every root of a Linux kernel except the user halves of page-table isolation, whose tables are allocated and map only a part.
   */
  readonly isMappedByItself: boolean;
  /** Where that table lies; one kernel has one, whatever root it is seen through. */
  readonly middleTable: number;
}

/**
 * What a root maps in the kernel image window, or undefined where it maps no kernel: nothing there, or nothing aligned as Linux aligns
 * its image. Source: Linux, arch/x86/kernel/head_64.S (the static tables), arch/x86/mm/init_64.c (cleanup_highmap, mark_rodata_ro),
 * arch/x86/mm/pti.c (what user halves hold).
 */
export function kernelImageThrough(dump: Dump, root: PagingRoot): KernelImage | undefined {
  const { paging, kernelLayout: layout } = dump.architecture ?? {};
  if (paging === undefined || layout === undefined) {
    return undefined;
  }
  const { memory } = dump.image;
  const all = [...paging.mappedRuns(memory, root, layout.imageWindowStart, layout.imageWindowEnd, maxRuns)];
  const [first] = all;
  const physBase = first === undefined ? 0 : physBaseOf(first, layout);
  if (first === undefined || physBase % layout.physBaseAlignmentInBytes !== 0) {
    return undefined;
  }
  const runs = all.filter(
    (run) => physBaseOf(run, layout) === physBase && Number(run.virtualAddress - first.virtualAddress) < maxImageSizeInBytes,
  );
  const text = runs.filter((run) => run.isExecutable && !run.isWritable);
  if (runs.every((run) => !run.isExecutable) || !isInMemory(dump, first.physicalAddress)) {
    return undefined;
  }
  const middleTable = tableAt(dump, root, first.virtualAddress, middleTableLevel);
  if (middleTable === undefined) {
    return undefined;
  }
  const isMappedByItself = runs.some((run) => run.isWritable && contains(run, middleTable));
  const isTextFirst = text[0] === first && first.physicalAddress % layout.physBaseAlignmentInBytes === 0;
  const textStart = isTextFirst && isMappedByItself ? first : null;
  return {
    root,
    physBase,
    runs,
    text,
    rodata: runs.filter((run) => !run.isExecutable && !run.isWritable),
    data: runs.filter((run) => run.isWritable),
    textStart,
    isMappedByItself,
    middleTable,
  };
}

/** The image through the root that a CPU used, or through the kernel's half of page-table isolation where that root is a user's half. */
export function kernelImageOfCpu(dump: Dump, root: PagingRoot): KernelImage | undefined {
  const image = kernelImageThrough(dump, root);
  if (image?.isMappedByItself === true || Math.floor(root.pageTableRoot / userHalfOffset) % 2 === 0) {
    return image;
  }
  const other = kernelImageThrough(dump, { ...root, pageTableRoot: root.pageTableRoot - userHalfOffset });
  return other?.isMappedByItself === true ? other : image;
}

/** `physBase` of a mapping: physical minus virtual address, plus the start of the window. */
export function physBaseOf(
  mapping: { readonly virtualAddress: bigint; readonly physicalAddress: number },
  layout: KernelLayout,
): number {
  return mapping.physicalAddress - Number(mapping.virtualAddress - layout.imageWindowStart);
}

/** Where the table of a level lies through which an address is translated; undefined where it is not mapped. */
function tableAt(dump: Dump, root: PagingRoot, virtualAddress: bigint, level: number): number | undefined {
  const translation = tryRead(() => dump.architecture?.paging?.translate(dump.image.memory, root, virtualAddress));
  const at = translation?.entries[root.levels - level]?.at;
  return at === undefined ? undefined : at - (at % 0x1000);
}

function contains(run: MappedRun, physicalAddress: number): boolean {
  return run.physicalAddress <= physicalAddress && physicalAddress < run.physicalAddress + run.lengthInBytes;
}

/** An image lies in memory that the machine has; tables that lead elsewhere are no kernel's. */
function isInMemory(dump: Dump, physicalAddress: number): boolean {
  return dump.image.memory.pageState(Math.floor(physicalAddress / dump.image.memory.pageSizeInBytes)) !== 'absent';
}
