import { hex, type PhysicalMemory, type TranslationRoot, VmcorekitError } from '@vmcorekit/core';

/**
 * Radix tables of POWER9 and later. A table says how many bits of an address index the table below
 * it, so only the root's size must be known. All entries are big-endian, whatever the kernel is.
 * Source: Power ISA 3.0B and 3.1, Book III, "Radix Tree Translation", figures of Page Directory
 * Entry and Page Table Entry; Linux, arch/powerpc/include/asm/book3s/64/radix.h
 * (RADIX_PGD_INDEX_SIZE, 13 bits of 52).
 */
export const rootIndexBits = 13;
export const addressBits = 52;
/** Linux and its processors use four levels; a walk through more is a hostile one. */
export const levelsOfRoot = 4;
const pageBits = 12;
/** The architecture's bounds on the size of a table. */
const indexBits = { least: 5, most: 16 } as const;

const valid = 1n << 63n;
const leaf = 1n << 62n;
const nextTable = 0x0fff_ffff_ffff_ff00n;
const nextSize = 0x1fn;
const pageNumber = 0x01ff_ffff_ffff_f000n;
/** Encoded access authority. */
const access = { privileged: 8n, write: 2n, execute: 1n } as const;
/** No processor has memory beyond 53 bits of real address. */
const realAddressLimit = 1n << 53n;

/** The halves that Linux uses: effective quadrants 0 and 3. */
export type RadixHalf = 'kernel' | 'user';

const kernelStart = 0xc000_0000_0000_0000n;

/** A root of radix tables. */
export interface RadixRoot extends TranslationRoot {
  readonly tableAddress: number;
  readonly levels: number;
}

export function radixRoot(tableAddress: number, half: RadixHalf = 'kernel'): RadixRoot {
  return {
    key: `${tableAddress}/radix/${half}`,
    summary: `${levelsOfRoot}-level radix tables at ${hex(tableAddress)}${half === 'user' ? ', for programs' : ''}`,
    basePageSizeInBytes: 2 ** pageBits,
    tableAddress,
    levels: levelsOfRoot,
  };
}

/** A root's table and the first address that it serves. Throws `contract` for any other root. */
export function radixPartsOf(root: TranslationRoot): {
  readonly tableAddress: number;
  readonly start: bigint;
} {
  const half = root.key.split('/radix/')[1];
  if (root.tableAddress === null || (half !== 'kernel' && half !== 'user')) {
    throw new VmcorekitError('contract', { what: `${root.summary}: not a root of ppc64` });
  }
  return { tableAddress: root.tableAddress, start: half === 'kernel' ? kernelStart : 0n };
}

/** A table on the way: how many bits of an address are left for it, and how many it takes. */
export interface RadixTable {
  readonly address: number;
  readonly bitsLeft: number;
  readonly indexBits: number;
  readonly level: number;
}

export function rootTable(address: number): RadixTable {
  return { address, bitsLeft: addressBits, indexBits: rootIndexBits, level: levelsOfRoot };
}

/** What an entry leads to. */
export type RadixEntry =
  | { readonly kind: 'invalid'; readonly isReserved: boolean }
  | { readonly kind: 'table'; readonly below: RadixTable }
  | {
      readonly kind: 'leaf';
      readonly physicalAddress: number;
      readonly isWritable: boolean;
      readonly isExecutable: boolean;
      readonly isUser: boolean;
    };

const absent: RadixEntry = { kind: 'invalid', isReserved: false };
const reserved: RadixEntry = { kind: 'invalid', isReserved: true };

export function radixEntry(value: bigint, table: RadixTable): RadixEntry {
  const bitsLeft = table.bitsLeft - table.indexBits;
  if ((value & valid) === 0n) {
    return absent;
  }
  if ((value & leaf) !== 0n) {
    const address = value & pageNumber;
    return address >= realAddressLimit
      ? reserved
      : {
          kind: 'leaf',
          physicalAddress: Number((address >> BigInt(bitsLeft)) << BigInt(bitsLeft)),
          isWritable: (value & access.write) !== 0n,
          isExecutable: (value & access.execute) !== 0n,
          isUser: (value & access.privileged) === 0n,
        };
  }
  const size = Number(value & nextSize);
  const address = value & nextTable;
  const isTable =
    table.level > 1 &&
    size >= indexBits.least &&
    size <= indexBits.most &&
    bitsLeft - size >= pageBits &&
    address < realAddressLimit;
  return isTable
    ? {
        kind: 'table',
        below: { address: Number(address), bitsLeft, indexBits: size, level: table.level - 1 },
      }
    : reserved;
}

/** An entry as two words. Most entries of a root are empty. */
export function radixEntryOf(low: number, high: number, table: RadixTable): RadixEntry {
  return high === 0 ? absent : radixEntry((BigInt(high) << 32n) | BigInt(low), table);
}

export function readRadixEntry(memory: PhysicalMemory, at: number): bigint {
  return radixEntryIn(memory.read(at, 8), 0);
}

/** The same out of bytes of memory. */
export function radixEntryIn({ buffer, byteOffset }: Uint8Array, at: number): bigint {
  return new DataView(buffer, byteOffset + at, 8).getBigUint64(0, false);
}

export function sizeOfTable({ indexBits: bits }: RadixTable): number {
  return 2 ** bits * 8;
}
