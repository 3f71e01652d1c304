/** The half of the address space that a table serves: TTBR1_EL1's or TTBR0_EL1's. */
export type Arm64Half = 'kernel' | 'user';

/** How an entry holds the bits of an output address above bit 47. */
export type Arm64OutputBits = 48 | 'lpa2' | 'wide 64K';

/**
 * The shape of one kind of tables: what TCR_EL1 says of them (TG1, T1SZ, DS). Levels count from the
 * lowest, which is 1; the manual calls it level 3. Source: Arm Architecture Reference Manual, DDI
 * 0487, chapter D8 "The AArch64 Virtual Memory System Architecture".
 */
export interface Arm64Shape {
  /** Log2 of the granule: of the page size, and of the size of a table below the top. */
  readonly granuleBits: 12 | 14 | 16;
  /** The bits of an entry's low word that hold an address, in all shapes. */
  readonly addressMask: number;
  /** Bits of a virtual address below those that choose the half: 64 - TnSZ. */
  readonly addressBits: number;
  readonly half: Arm64Half;
  readonly levels: number;
  /** Log2 of the entries of the top table; the tables below fill a granule. */
  readonly topIndexBits: number;
  readonly outputBits: Arm64OutputBits;
  /** Levels above the lowest whose entries may map a block. */
  readonly blockLevels: readonly number[];
}

const entryBits = 3;

/**
 * The sizes that Linux can be built with, the likeliest first, with the levels that may hold
 * blocks. Addresses of 52 bits need FEAT_LPA2 with pages of 4 KiB and 16 KiB (and then entries hold
 * 52 bits of output address), and FEAT_LVA with those of 64 KiB. A kernel built for 52 bits uses 48
 * (with pages of 16 KiB, 47) on a processor without them. With pages of 64 KiB such a processor
 * enters the table of 52 bits at its last 64 entries, so this library reads the whole table.
 * Source: Linux, arch/arm64/Kconfig (ARM64_VA_BITS) and head.S (offset_ttbr1); the manual, tables
 * of block sizes for each granule.
 */
const sizes = [
  [12, 48, [2, 3]],
  [12, 52, [2, 3, 4]],
  [12, 39, [2, 3]],
  [16, 52, [2, 3]],
  [16, 48, [2, 3]],
  [16, 42, [2]],
  [14, 47, [2]],
  [14, 52, [2, 3]],
  [14, 48, [2]],
  [14, 36, [2]],
] as const;

function shapesOf(half: Arm64Half): readonly Arm64Shape[] {
  return sizes.map(([granuleBits, addressBits, blockLevels]) => {
    const indexBits = granuleBits - entryBits;
    const levels = Math.ceil((addressBits - granuleBits) / indexBits);
    return {
      granuleBits,
      addressMask: -(2 ** granuleBits),
      addressBits,
      half,
      levels,
      topIndexBits: addressBits - granuleBits - (levels - 1) * indexBits,
      outputBits: granuleBits === 16 ? 'wide 64K' : addressBits === 52 ? 'lpa2' : 48,
      blockLevels,
    };
  });
}

export const kernelShapes: readonly Arm64Shape[] = shapesOf('kernel');
export const userShapes: readonly Arm64Shape[] = shapesOf('user');

/**
 * The Large Physical Address Extension of 32-bit ARM: the same descriptors, and one table of four
 * entries for all addresses where TTBCR.T0SZ is 0. Its XN is bit 54, as UXN. Source: Arm
 * Architecture Reference Manual ARMv7-A, DDI 0406C, B3.6 "Long-descriptor translation table
 * format".
 */
export const lpaeShape: Arm64Shape = {
  granuleBits: 12,
  addressMask: -0x1000,
  addressBits: 32,
  half: 'user',
  levels: 3,
  topIndexBits: 2,
  outputBits: 48,
  blockLevels: [2, 3],
};

export function entriesAt(shape: Arm64Shape, level: number): number {
  return 2 ** (level === shape.levels ? shape.topIndexBits : shape.granuleBits - entryBits);
}

export function tableSizeInBytes(shape: Arm64Shape, level: number): number {
  return entriesAt(shape, level) * 2 ** entryBits;
}

/** How many pages of 4 KiB one entry of a level maps. */
export function pagesBelow({ granuleBits }: Arm64Shape, level: number): number {
  return 2 ** (granuleBits - 12 + (level - 1) * (granuleBits - entryBits));
}

/** The first address of the half; the kernel's half ends with the 64-bit space. */
export function startOf({ half, addressBits }: Arm64Shape): bigint {
  return half === 'kernel' ? 2n ** 64n - 2n ** BigInt(addressBits) : 0n;
}

/** Whether an address has all bits above the shape's set (kernel) or clear (user). */
export function isInHalf(shape: Arm64Shape, virtualAddress: bigint): boolean {
  const start = startOf(shape);
  return virtualAddress >= start && virtualAddress < start + 2n ** BigInt(shape.addressBits);
}
