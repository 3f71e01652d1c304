import {
  type Dump,
  type KernelLayout,
  type MappedRun,
  type Mmu,
  type TranslationRoot,
  tryRead,
  type VirtualRange,
} from '@vmcorekit/core';

/**
 * An image has about ten runs and comes first in its window; a hostile table could have millions.
 */
const maxRuns = 512;
/**
 * Linux's image window is 1 GiB, but no image comes near it: a larger one is a foreign mapping.
 * Measured: 62 MiB for Debian's 6.1.
 */
const maxImageSizeInBytes = 512 * 1024 * 1024;
/** One level above the lowest: Linux's static `level2_kernel_pgt`. */
const middleTableLevel = 2;
/** Where a window holds more than the image: single pages of a GiB that the kernel allocated. */
const maxRunsInWindow = 262_144;
/** A kernel's root is mapped once; further places may be an attacker's. */
const maxRootPlaces = 4;
/** Between `_text` and the text proper, `_stext`. Source: arch/arm64/kernel/vmlinux.lds.S. */
const imageHeaderSizeInBytes = 0x1_0000;

/** What finding an image needs of a dump. */
type Machine = Pick<Dump, 'architecture' | 'layout' | 'image'>;

/** The kernel image as one root maps it. */
export interface KernelImage {
  readonly root: TranslationRoot;
  /** Virtual minus physical address, modulo 2^64. */
  readonly imageOffset: bigint;
  /** The mapped runs at this offset, ascending: the image, without modules in the same window. */
  readonly runs: readonly MappedRun[];
  /**
   * The address of `_text`; null where it is not proved. It is the first mapping, if the kernel has
   * already unmapped what it does not use and restricted the rights of its text. Then the first run
   * is executable, not writable, and starts on a 2 MiB boundary. On arm64 it is the 64 KiB before
   * the text, where the kernel keeps them mapped (6.12 and later).
   */
  readonly textStart: { readonly virtualAddress: bigint; readonly physicalAddress: number } | null;
  /**
   * Whether the table with the image's own entries (Linux's static `level2_kernel_pgt`) lies in the
   * data of the image that it maps. That holds for every root of a Linux kernel, except the user
   * halves of page-table isolation: their tables are allocated, and map only a part. On arm64 the
   * root itself is that table, and no image is found without it.
   */
  readonly isMappedByItself: boolean;
  /** The address of that table; one kernel has only one, whichever root shows it. */
  readonly middleTable: number;
}

/**
 * The kernel image that a root maps; undefined where it maps none: nothing in the window, or
 * nothing aligned as Linux aligns its image. Source: Linux, arch/x86/kernel/head_64.S (the static
 * tables), arch/x86/mm/init_64.c (cleanup_highmap, mark_rodata_ro), arch/x86/mm/pti.c (what user
 * halves hold).
 */
export function kernelImageThrough(dump: Machine, root: TranslationRoot): KernelImage | undefined {
  const { layout } = dump;
  const mmu = dump.architecture?.mmu;
  if (mmu === undefined || layout === null) {
    return undefined;
  }
  if (layout.isRootInImage === true) {
    return imageAroundRoot(dump, mmu, layout, root);
  }
  const { start, end } = layout.imageWindow(root);
  const mapped = [...mmu.mappedRuns(dump.image.memory, root, start, end, maxRuns)];
  const all = layout.isOffsetShared ? fromText(mapped, layout) : mapped;
  const [first] = all;
  const imageOffset = first === undefined ? 0n : imageOffsetOf(first);
  if (first === undefined || imageOffset % BigInt(layout.imageAlignmentInBytes) !== 0n) {
    return undefined;
  }
  const runs = all.filter(
    (run) =>
      imageOffsetOf(run) === imageOffset &&
      Number(run.virtualAddress - first.virtualAddress) < maxImageSizeInBytes,
  );
  if (runs.every((run) => !run.isExecutable) || !isInMemory(dump, first.physicalAddress)) {
    return undefined;
  }
  const middleTable = tableAt(dump, root, first.virtualAddress, middleTableLevel);
  if (middleTable === undefined) {
    return undefined;
  }
  // In a linear map the tables lie before the text, too.
  const isMappedByItself = mapped.some(
    (run) => run.isWritable && imageOffsetOf(run) === imageOffset && contains(run, middleTable),
  );
  const isTextFirst =
    first.isExecutable &&
    !first.isWritable &&
    first.physicalAddress % layout.imageAlignmentInBytes === 0;
  return {
    root,
    imageOffset,
    runs,
    textStart: isTextFirst && isMappedByItself ? first : null,
    isMappedByItself,
    middleTable,
  };
}

/**
 * The image that maps its root: text, constants and data at the offset at which the window maps the
 * root's page. Where a map of all memory lies in the window too (s390x), the one with more code is
 * the image. Source: Linux, arch/arm64/mm/mmu.c (declare_kernel_vmas), arch/arm64/kernel/setup.c,
 * arch/s390/boot/vmem.c (the text is executable in the image only, a few pages in the map).
 */
function imageAroundRoot(
  { image: { memory } }: Machine,
  mmu: Mmu,
  layout: KernelLayout,
  root: TranslationRoot,
): KernelImage | undefined {
  const table = root.tableAddress;
  const { start, end } = layout.imageWindow(root);
  if (table === null) {
    return undefined;
  }
  let places = 0;
  let best: KernelImage | undefined;
  for (const place of mmu.mappedRuns(memory, root, start, end, maxRunsInWindow)) {
    const imageOffset = imageOffsetOf(place);
    if (
      !contains(place, table) ||
      imageOffset % BigInt(layout.imageAlignmentInBytes) !== 0n ||
      ++places > maxRootPlaces
    ) {
      continue;
    }
    const reach = BigInt(maxImageSizeInBytes);
    const from = place.virtualAddress > start + reach ? place.virtualAddress - reach : start;
    const to = place.virtualAddress + reach;
    const runs: MappedRun[] = [];
    for (const run of mmu.mappedRuns(memory, root, from, to, maxRunsInWindow)) {
      if (imageOffsetOf(run) === imageOffset && runs.length < maxRuns) {
        runs.push(run);
      }
    }
    const [first, second] = runs;
    if (
      first !== undefined &&
      codeSizeOf(runs) > codeSizeOf(best?.runs ?? []) &&
      runs.some((run) => !run.isExecutable && run.isWritable)
    ) {
      const isHeader =
        isConstant(first) &&
        first.lengthInBytes === imageHeaderSizeInBytes &&
        second?.isExecutable === true;
      const inLinearMap = layout.isOffsetShared ? textBefore(runs, place, layout) : undefined;
      best = {
        root,
        imageOffset,
        runs,
        textStart: isHeader ? first : (inLinearMap ?? null),
        isMappedByItself: true,
        middleTable: table,
      };
    }
  }
  return best;
}

/**
 * The runs of an image in a linear map, from its text on: the largest run that this kernel protects
 * from writes, and that begins where an image may. All runs where there is none. Source: Linux,
 * arch/x86/mm/init_32.c (mark_rodata_ro).
 */
function fromText(runs: readonly MappedRun[], layout: KernelLayout): readonly MappedRun[] {
  const offset = layout.imageOffsetOf({});
  const text = runs
    .filter(
      (run) =>
        run.isExecutable &&
        !run.isWritable &&
        run.physicalAddress % layout.imageAlignmentInBytes === 0 &&
        imageOffsetOf(run) === offset,
    )
    .reduce<MappedRun | undefined>(
      (best, run) => (best !== undefined && best.lengthInBytes >= run.lengthInBytes ? best : run),
      undefined,
    );
  return text === undefined ? runs : runs.slice(runs.indexOf(text));
}

function codeSizeOf(runs: readonly MappedRun[]): number {
  return runs
    .filter((run) => run.isExecutable && !run.isWritable)
    .reduce((sum, run) => sum + run.lengthInBytes, 0);
}

/**
 * The text of an image that lies in a linear map: the last protected run before the root. On ppc64
 * the vectors at 0 are executable too. Source: Linux, arch/powerpc/mm/book3s64/radix_pgtable.c
 * (create_physical_mapping, radix__mark_rodata_ro).
 */
function textBefore(
  runs: readonly MappedRun[],
  root: MappedRun,
  { imageAlignmentInBytes }: KernelLayout,
): MappedRun | undefined {
  const text = runs
    .filter((run) => run.virtualAddress < root.virtualAddress)
    .findLast((run) => run.isExecutable && !run.isWritable);
  return text !== undefined && text.physicalAddress % imageAlignmentInBytes === 0
    ? text
    : undefined;
}

function isConstant(run: MappedRun): boolean {
  return !run.isExecutable && !run.isWritable;
}

/**
 * The image through the root that a CPU used. Else through a related root that shows all of the
 * image.
 */
export function kernelImageOfCpu(dump: Dump, root: TranslationRoot): KernelImage | undefined {
  const image = kernelImageThrough(dump, root);
  if (image?.isMappedByItself === true) {
    return image;
  }
  const related = dump.architecture?.mmu?.relatedRoots?.(root) ?? [];
  return (
    related
      .map((each) => kernelImageThrough(dump, each))
      .find((each) => each?.isMappedByItself === true) ?? image
  );
}

/** The image offset of a mapping: virtual minus physical address, modulo 2^64. */
export function imageOffsetOf(
  mapping: Pick<MappedRun, 'virtualAddress' | 'physicalAddress'>,
): bigint {
  return BigInt.asUintN(64, mapping.virtualAddress - BigInt(mapping.physicalAddress));
}

/** The physical address of an image address, by the definition of the image offset. */
export function physicalAddressIn(imageOffset: bigint, virtualAddress: bigint): number {
  return Number(BigInt.asUintN(64, virtualAddress - imageOffset));
}

/** Whether an address lies in the layout's image window. */
export function isInWindow({ start, end }: VirtualRange, address: bigint): boolean {
  return start <= address && address < end;
}

/**
 * The address of the table of a level that translates an address; undefined where it is not mapped.
 */
function tableAt(
  dump: Machine,
  root: TranslationRoot,
  virtualAddress: bigint,
  level: number,
): number | undefined {
  const translation = tryRead(() =>
    dump.architecture?.mmu?.translate(dump.image.memory, root, virtualAddress),
  );
  const at = translation?.entries.find((entry) => entry.level === level)?.at;
  return at === undefined ? undefined : at - (at % root.basePageSizeInBytes);
}

function contains(run: MappedRun, physicalAddress: number): boolean {
  return (
    run.physicalAddress <= physicalAddress &&
    physicalAddress < run.physicalAddress + run.lengthInBytes
  );
}

/** An image lies in existing memory; tables that lead elsewhere belong to no kernel. */
function isInMemory(dump: Machine, physicalAddress: number): boolean {
  return (
    dump.image.memory.pageState(Math.floor(physicalAddress / dump.image.memory.pageSizeInBytes)) !==
    'absent'
  );
}
