import type { Rights } from '../radix/format.ts';
import type { Arm64Shape } from './shape.ts';

/**
 * A descriptor is two words, so that a walk needs no BigInt. Source: Arm Architecture Reference
 * Manual, DDI 0487, D8.3 "Translation table descriptor formats".
 */
export type DescriptorKind = 'invalid' | 'table' | 'leaf';

const valid = 1;
/** Bits 1:0 of a table above the lowest level, and of a page at it; a block has bit 1 clear. */
const tableOrPage = 3;
const wordValues = 0x1_0000_0000;

/** Bits of a leaf's low word: AP[1], programs may access it; AP[2], it is read-only. */
const leafUser = 1 << 6;
const leafReadOnly = 1 << 7;
/** Bits of a leaf's high word: PXN and UXN, bits 53 and 54. */
const leafNoKernelExecute = 1 << 21;
const leafNoUserExecute = 1 << 22;
/** Bits of a table's high word, for all below: PXNTable, UXNTable, APTable, bits 59 to 62. */
const tableNoKernelExecute = 1 << 27;
const tableNoUserExecute = 1 << 28;
const tableNoUser = 1 << 29;
const tableReadOnly = 1 << 30;

export const allRights: Rights = { isWritable: true, isExecutable: true, isUser: true };

/** A block where the architecture has none, and a block at the lowest level, are invalid. */
export function kindOf(shape: Arm64Shape, level: number, low: number): DescriptorKind {
  if ((low & valid) === 0) {
    return 'invalid';
  }
  if ((low & tableOrPage) === tableOrPage) {
    return level === 1 ? 'leaf' : 'table';
  }
  return shape.blockLevels.includes(level) ? 'leaf' : 'invalid';
}

/**
 * The output address of a descriptor: a table's, or a leaf's with the bits below its size cleared.
 * FEAT_LPA2 puts bits 51:50 into bits 9:8; with pages of 64 KiB bits 51:48 are in bits 15:12. Else
 * bits above 47 are reserved, and cleared.
 */
export function addressIn(shape: Arm64Shape, low: number, high: number): number {
  const page = (low & shape.addressMask) >>> 0;
  switch (shape.outputBits) {
    case 48:
      return (high & 0xffff) * wordValues + page;
    case 'lpa2':
      return ((low >>> 8) & 3) * 2 ** 50 + (high & 0x3_ffff) * wordValues + page;
    case 'wide 64K':
      return ((low >>> 12) & 0xf) * 2 ** 48 + (high & 0xffff) * wordValues + page;
  }
}

/** The rights below a table; to execute, those of the half that it serves. */
export function throughTable(shape: Arm64Shape, above: Rights, high: number): Rights {
  const noExecute = shape.half === 'kernel' ? tableNoKernelExecute : tableNoUserExecute;
  return {
    isWritable: above.isWritable && (high & tableReadOnly) === 0,
    isExecutable: above.isExecutable && (high & noExecute) === 0,
    isUser: above.isUser && (high & tableNoUser) === 0,
  };
}

/**
 * The rights of a leaf. AP[2] counts, not the dirty bit modifier: Linux clears AP[2] in all that
 * the kernel may write, and in a program's page after its first write.
 */
export function throughLeaf(shape: Arm64Shape, above: Rights, low: number, high: number): Rights {
  const noExecute = shape.half === 'kernel' ? leafNoKernelExecute : leafNoUserExecute;
  return {
    isWritable: above.isWritable && (low & leafReadOnly) === 0,
    isExecutable: above.isExecutable && (high & noExecute) === 0,
    isUser: above.isUser && (low & leafUser) !== 0,
  };
}
