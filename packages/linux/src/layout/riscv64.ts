import {
  hex,
  type KernelLayout,
  type KernelPlace,
  type LocatedKernel,
  type PlaceVariable,
  type VmcoreInfo,
  type VmcoreInfoPlace,
} from '@vmcorekit/core';
import { isInWindow } from '../kernel-image.ts';

/** KERNEL_LINK_ADDR: the last 2 GiB, in which KASLR moves the image. Modules lie below it. */
const window = { start: 0xffff_ffff_8000_0000n, end: 2n ** 64n } as const;
/** Physical and virtual places are multiples of PMD_SIZE (arch/riscv/mm/init.c, setup_vm). */
const imageAlignmentInBytes = 0x20_0000;
/** The image's header, `_start`, lies this far before `_text` (arch/riscv/kernel/vmlinux.lds.S). */
const headerInBytes = 0x2000n;
/** Without CONFIG_EFI the header is shorter. Fewer bytes than KASLR moves an image by. */
const headerSizes: readonly bigint[] = [headerInBytes, 0x1000n];
/** KASLR moves the image within 1 GiB (RANDOMIZE_BASE in arch/riscv/Kconfig). */
const mostKaslrOffset = 0x4000_0000;
/** The modes of satp: Sv39, Sv48, Sv57. */
const levelsByMode: ReadonlyMap<bigint, number> = new Map([
  [8n, 3],
  [9n, 4],
  [10n, 5],
]);
const modeShift = 60n;
const levelsByBits: ReadonlyMap<number, number> = new Map([
  [39, 3],
  [48, 4],
  [57, 5],
]);
/** struct kernel_mapping has six words, and more after them with CONFIG_XIP_KERNEL. */
const wordsOfKernelMap = 6;
/** PAGE_OFFSET by levels; with Sv39 it depends on the release. */
const linearMapStarts: ReadonlyMap<number | null, bigint> = new Map([
  [4, 0xffff_af80_0000_0000n],
  [5, 0xff60_0000_0000_0000n],
]);

/**
 * `kernel_map` holds the kernel's place: `virt_addr` and `phys_addr` of its image, and their
 * difference, `va_kernel_pa_offset`. The order changed between 6.12 and 7.2. So the values are
 * looked for: an offset that is the difference of two of the other words, one of them in the
 * window. Source: Linux, arch/riscv/include/asm/page.h (struct kernel_mapping).
 */
const kernelMap: PlaceVariable = {
  name: 'kernel_map',
  words: wordsOfKernelMap,
  imageOffsetIn(words, candidate) {
    const offsets = new Set(
      words.flatMap((virtual) =>
        isInWindow(window, virtual) && isAligned(virtual)
          ? words
              .filter((physical) => physical !== 0n && physical < 2n ** 56n && isAligned(physical))
              .map((physical) => BigInt.asUintN(64, virtual - physical))
              .filter((offset) => words.includes(offset))
          : [],
      ),
    );
    const [offset] = offsets;
    return offsets.has(candidate) ? candidate : offsets.size === 1 ? offset : undefined;
  },
};

/**
 * riscv64, since the image left the linear map (5.13). `va_kernel_pa_offset` is the image offset.
 * The image is alone in its window and holds swapper_pg_dir, which maps it. Processes' tables share
 * the tables below. Source: Linux, Documentation/arch/riscv/vm-layout.rst, arch/riscv/mm/init.c.
 */
export const riscv64Layout: KernelLayout = {
  name: 'riscv64',
  imageAlignmentInBytes,
  usualTextLinkAddress: window.start + headerInBytes,
  rootTableSymbols: ['swapper_pg_dir'],
  isOffsetShared: false,
  isRootInImage: true,
  isRunByPc: true,
  staticTables: ['fixmap_p4d', 'fixmap_pud', 'fixmap_pmd', 'fixmap_pte'],
  placeVariables: [kernelMap],
  imageWindow: () => window,
  imageOffsetOf: () => undefined,
  physBaseOf: () => null,
  numbersOf,
  readVmcoreInfo,
  vmcoreInfoLines,
  isTextLinkAddress: (address) => headerSizes.includes(address - window.start),
};

/** The names are those of VMCOREINFO, by which crash and makedumpfile know them. */
function numbersOf({
  imageOffset,
  linearMapOffset,
  root,
}: KernelPlace): Readonly<Record<string, bigint>> {
  const start = linearMapStarts.get(root?.levels ?? null);
  return {
    va_kernel_pa_offset: imageOffset,
    ...(start === undefined || linearMapOffset === null
      ? {}
      : { phys_ram_base: BigInt.asUintN(64, start - linearMapOffset) }),
  };
}

/** Source: Linux, arch/riscv/kernel/vmcore_info.c. */
function readVmcoreInfo(info: VmcoreInfo): VmcoreInfoPlace {
  const imageOffset = info.bigNumber('va_kernel_pa_offset');
  const linearMapOffset = linearMapOffsetOf(info);
  const kaslrOffset = kaslrOffsetOf(info);
  const root = info.symbol('swapper_pg_dir');
  const levels = levelsOf(info);
  return {
    claim: {
      ...(imageOffset !== undefined && imageOffset >= 0n && isAligned(imageOffset)
        ? { imageOffset }
        : {}),
      ...(linearMapOffset === undefined ? {} : { linearMapOffset }),
      ...(kaslrOffset === undefined ? {} : { kaslrOffset }),
    },
    ...(root !== undefined && isInWindow(window, root) && levels !== undefined
      ? { rootTable: root, levels }
      : {}),
  };
}

/** The root that maps an image of its own is swapper_pg_dir. */
function vmcoreInfoLines(
  place: KernelPlace & Pick<LocatedKernel, 'pagingLevels'>,
): Readonly<Record<string, string>> {
  const { imageOffset, root, pagingLevels } = place;
  const { phys_ram_base: ram } = numbersOf(place);
  const linearMap = linearMapStarts.get(root?.levels ?? null);
  const bits = [...levelsByBits].find(([, levels]) => levels === pagingLevels)?.[0];
  const table = root?.tableAddress;
  const rootTable = table == null ? 0n : BigInt.asUintN(64, imageOffset + BigInt(table));
  return {
    ...(ram === undefined || linearMap === undefined
      ? {}
      : { 'NUMBER(phys_ram_base)': String(ram), 'NUMBER(PAGE_OFFSET)': hex(linearMap) }),
    ...(bits === undefined ? {} : { 'NUMBER(VA_BITS)': String(bits) }),
    'NUMBER(KERNEL_LINK_ADDR)': hex(window.start),
    'NUMBER(va_kernel_pa_offset)': hex(imageOffset),
    ...(isInWindow(window, rootTable) ? { 'SYMBOL(swapper_pg_dir)': rootTable.toString(16) } : {}),
  };
}

function linearMapOffsetOf(info: VmcoreInfo): bigint | undefined {
  const virtual = info.bigNumber('PAGE_OFFSET');
  const physical = info.bigNumber('phys_ram_base');
  return virtual === undefined || physical === undefined || virtual < 0n || physical < 0n
    ? undefined
    : BigInt.asUintN(64, virtual - physical);
}

/**
 * KERNELOFFSET where the note has it (7.2). Else what the place of the text says: KERNEL_LINK_ADDR
 * is in the note since 6.1.
 */
function kaslrOffsetOf(info: VmcoreInfo): number | undefined {
  const text = info.symbol('_stext');
  const link = info.bigNumber('KERNEL_LINK_ADDR');
  const moved =
    text === undefined || link === undefined ? undefined : Number(text - headerInBytes - link);
  const offset = info.kernelOffset ?? moved;
  return offset !== undefined &&
    (moved === undefined || moved === offset) &&
    offset >= 0 &&
    offset < mostKaslrOffset &&
    offset % imageAlignmentInBytes === 0
    ? offset
    : undefined;
}

/** VA_BITS is what the kernel uses; satp, in newer notes, must agree. */
function levelsOf(info: VmcoreInfo): number | undefined {
  const satp = info.bigNumber('satp');
  const levels = levelsByBits.get(info.number('VA_BITS') ?? 0);
  return satp === undefined || levelsByMode.get(satp >> modeShift) === levels ? levels : undefined;
}

function isAligned(address: bigint): boolean {
  return address % BigInt(imageAlignmentInBytes) === 0n;
}
