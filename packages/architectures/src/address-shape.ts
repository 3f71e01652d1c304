const pageOffsetBits = 12;
/** 4 KiB page numbers of a 64-bit address space. */
const pageNumbers64 = 2 ** 52;

/** How a virtual address is made of the indices of tables, and of an offset in a 4 KiB page. */
export interface AddressShape {
  /** Index bits of each level, the lowest first; their number is the number of levels. */
  readonly indexBits: readonly number[];
  /** Whether the upper half of the top table serves the end of the 64-bit space. */
  readonly isSignExtended: boolean;
}

export function entriesAt({ indexBits }: AddressShape, level: number): number {
  return 2 ** (indexBits[level - 1] ?? 0);
}

/** How many 4 KiB pages one entry of a level maps. */
export function pagesBelow({ indexBits }: AddressShape, level: number): number {
  let bits = 0;
  for (let lower = 0; lower < level - 1; lower++) {
    bits += indexBits[lower] ?? 0;
  }
  return 2 ** bits;
}

export function addressBitsOf({ indexBits }: AddressShape): number {
  return pageOffsetBits + indexBits.reduce((sum, bits) => sum + bits, 0);
}

/**
 * What is to be added to the page numbers of a top table's upper half, which lies at the far end of
 * the 64-bit space.
 */
export function upperHalfPages(shape: AddressShape): number {
  return shape.isSignExtended ? pageNumbers64 - 2 ** (addressBitsOf(shape) - pageOffsetBits) : 0;
}

/** Where the addresses begin again that a sign-extended table serves; else the end of the space. */
export function upperHalfStart(shape: AddressShape): bigint {
  return shape.isSignExtended ? 2n ** 64n - 2n ** BigInt(addressBitsOf(shape) - 1) : 2n ** 64n;
}

/** Whether the tables of a shape can serve an address. */
export function isServed(shape: AddressShape, virtualAddress: bigint): boolean {
  const bits = addressBitsOf(shape);
  const served = shape.isSignExtended
    ? BigInt.asUintN(64, BigInt.asIntN(bits, virtualAddress))
    : BigInt.asUintN(bits, virtualAddress);
  return served === virtualAddress;
}
