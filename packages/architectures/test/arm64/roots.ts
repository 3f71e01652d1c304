import { arm64 } from '@vmcorekit/architectures';
import type { TranslationRoot } from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { mmuOf } from '../root-at.ts';

/** What a root is for: the granule in KiB, the bits of its addresses, and which half it serves. */
export interface RootKind {
  readonly granule: 4 | 16 | 64;
  readonly bits: number;
  readonly half?: 'kernel' | 'user';
}

/** Every kind of tables, as the manual and Linux have them. */
export const kinds: readonly RootKind[] = [
  { granule: 4, bits: 39 },
  { granule: 4, bits: 48 },
  { granule: 4, bits: 52 },
  { granule: 16, bits: 36 },
  { granule: 16, bits: 47 },
  { granule: 16, bits: 48 },
  { granule: 16, bits: 52 },
  { granule: 64, bits: 42 },
  { granule: 64, bits: 48 },
  { granule: 64, bits: 52 },
];

export function arm64RootAt(
  tableAddress: number,
  { granule, bits, half = 'kernel' }: RootKind,
): TranslationRoot {
  const root = mmuOf(arm64)
    .rootsAt(tableAddress)
    .find(
      (each) =>
        each.basePageSizeInBytes === granule * 1024 &&
        each.addressBits === bits &&
        each.key.includes(half),
    );
  if (root === undefined) {
    throw new Error(`arm64 has no tables of ${granule} KiB and ${bits} bits`);
  }
  return root;
}

export const mebibyte: number = 0x10_0000;

export function memoryOf(
  sizeInBytes: number,
  byteOrder: 'little' | 'big' = 'little',
): SparseMemory {
  return new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }], byteOrder });
}

/** The first address of the kernel's half. */
export function halfStart(bits: number): bigint {
  return 2n ** 64n - 2n ** BigInt(bits);
}
