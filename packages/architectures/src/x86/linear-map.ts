import { type PhysicalMemory, type TranslationRoot, tryRead } from '@vmcorekit/core';
import { asX86Root } from './root.ts';

const entriesPerTable = 512;
const tableSizeInBytes = 4096;
const bitsPerLevel = 9;
const pageOffsetBits = 12;
/**
 * Root entries where Linux keeps the direct map, at four levels and at five. Below them are user
 * addresses, above them fixed ones.
 */
const directMapEntries = { first: 256, last: 507 } as const;
/**
 * The direct map begins at a multiple of this, even where KASLR chose the place (Linux,
 * arch/x86/mm/kaslr.c, PUD_MASK).
 */
const alignment = 2n ** 30n;
const present = 1n;
const large = 0x80n;
/** Bits 12 to 46: an address without flags and without the bits of memory encryption. */
const addressMask = 0x7fff_ffff_f000n;

/**
 * Whether a root maps physical memory linearly, as every root of a Linux kernel does. Tables that
 * only resemble a root do not: the user half of page-table isolation holds no such mapping. A
 * fourth-level table below a five-level root holds at most other mappings, which are not linear.
 * Follows only the first present entry of each table, so hostile tables cost at most a thousand
 * reads. Source: Linux, Documentation/arch/x86/x86_64/mm.rst.
 */
export function mapsLinearly(memory: PhysicalMemory, root: TranslationRoot): boolean {
  const { tableAddress, levels } = asX86Root(root);
  const top = readTable(memory, tableAddress);
  if (top === undefined) {
    return false;
  }
  for (let index: number = directMapEntries.first; index <= directMapEntries.last; index++) {
    if (isLinear(memory, top.getBigUint64(index * 8, true), BigInt(index), levels)) {
      return true;
    }
  }
  return false;
}

/**
 * Whether the first mapping below an entry has the same offset in a gibibyte of virtual and of
 * physical memory.
 */
function isLinear(memory: PhysicalMemory, entry: bigint, index: bigint, level: number): boolean {
  if ((entry & present) === 0n) {
    return false;
  }
  const virtualAddress = index << BigInt(pageOffsetBits + bitsPerLevel * (level - 1));
  if (level === 1 || (entry & large) !== 0n) {
    const size = 1n << BigInt(pageOffsetBits + bitsPerLevel * (level - 1));
    const physicalAddress = ((entry & addressMask) / size) * size;
    return (virtualAddress - physicalAddress) % alignment === 0n;
  }
  const table = readTable(memory, Number(entry & addressMask));
  if (table === undefined) {
    return false;
  }
  for (let below = 0; below < entriesPerTable; below++) {
    const next = table.getBigUint64(below * 8, true);
    if ((next & present) !== 0n) {
      return isLinear(memory, next, (index << BigInt(bitsPerLevel)) + BigInt(below), level - 1);
    }
  }
  return false;
}

function readTable(memory: PhysicalMemory, physicalAddress: number): DataView | undefined {
  const bytes = tryRead(() => memory.read(physicalAddress, tableSizeInBytes));
  return bytes === undefined
    ? undefined
    : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
