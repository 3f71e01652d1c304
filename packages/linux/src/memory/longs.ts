import type { KernelMemory, StructType, TypeTable, VirtualAddress } from '@vmcorekit/core';
import { countOf } from '../containers/layout.ts';
import { readFilled } from '../zero-page.ts';

/** No array of counters, zones or orders in a kernel is longer. */
export const maxCounters = 1024;

/** Where an array lies in its structure, and how many elements it has. */
export interface ArrayPlace {
  readonly offset: bigint;
  readonly count: number;
}

/** Undefined where the structure has no such array, or one that is too long to be true. */
export function arrayPlace(
  types: TypeTable,
  struct: string,
  ...members: readonly string[]
): ArrayPlace | undefined {
  const type: StructType | undefined = types.struct(struct);
  for (const member of members) {
    const found = type?.member(member);
    const count = countOf(types, struct, member);
    if (found !== undefined && count > 0 && count <= maxCounters) {
      return { offset: BigInt(found.offsetInBytes), count };
    }
  }
  return undefined;
}

/**
 * Signed words (`long`, `atomic_long_t`). Throws as `KernelMemory` does, and `page-unreadable`
 * where some of them lie in a page of zeros.
 */
export function readLongs(memory: KernelMemory, at: VirtualAddress, count: number): bigint[] {
  const wide = memory.wordSizeInBits === 64;
  const bytes = readFilled(memory, at, count * (wide ? 8 : 4));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = memory.byteOrder === 'little';
  return Array.from({ length: count }, (_, index) =>
    wide ? view.getBigInt64(index * 8, isLittle) : BigInt(view.getInt32(index * 4, isLittle)),
  );
}

/** Unsigned words. Throws as `readLongs` does. */
export function readWords(memory: KernelMemory, at: VirtualAddress, count: number): bigint[] {
  return readLongs(memory, at, count).map((value) => BigInt.asUintN(memory.wordSizeInBits, value));
}

/** Signed bytes (`s8`). Throws as `KernelMemory` does. */
export function readSignedBytes(memory: KernelMemory, at: VirtualAddress, count: number): bigint[] {
  return Array.from(memory.read(at, count), (byte) => BigInt.asIntN(8, BigInt(byte)));
}

/** The sums of arrays by index; as long as the longest. */
export function sumOf(...arrays: readonly (readonly bigint[])[]): bigint[] {
  const length = Math.max(0, ...arrays.map((array) => array.length));
  return Array.from({ length }, (_, index) =>
    arrays.reduce((sum, array) => sum + (array[index] ?? 0n), 0n),
  );
}

/** A count for programs. Null beyond 2^53, where a number is not exact. */
export function countIn(value: bigint): number | null {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
    ? Number(value)
    : null;
}
