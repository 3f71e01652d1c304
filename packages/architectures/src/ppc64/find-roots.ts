import {
  type FoundRoot,
  lookThrough,
  type MemoryLook,
  type PhysicalMemory,
  type Progress,
  type Registers,
  type TranslationRoot,
  tryRead,
  type VirtualRange,
} from '@vmcorekit/core';
import { type EntryAt, entriesAtPages } from '../table-looks.ts';
import { isUnmapped } from '../walk-end.ts';
import { addressBits, type RadixRoot, radixEntryIn, radixRoot, rootIndexBits } from './radix.ts';
import { walkRadix } from './walk.ts';

/** Linux allocates the process table of 64 KiB at a multiple of its size (radix_init_pgtable). */
const tableAlignment = 0x1_0000;
const rootField = 0x0fff_ffff_ffff_ff00n;
const processTableField = 0x0fff_ffff_ffff_f000n;
const kernelStart = 0xc000_0000_0000_0000n;
/**
 * An entry's first word without the root: bits 1:2 and 56:58 (numbered from the highest) hold the
 * size of the address space less 31, 59:63 the root's index size. Source: Power ISA 3.0B, Book III,
 * "Process Table Entry"; Linux, radix__get_tree_size().
 */
const sizeField = BigInt(addressBits - 31);
const wordOfLinux = ((sizeField >> 3n) << 61n) | ((sizeField & 7n) << 5n) | BigInt(rootIndexBits);
const entrySizeInBytes = 8;

/** The places of a process table whose first entry leads to a root as Linux builds it. */
export const processTableLook: MemoryLook<EntryAt<number>> = entriesAtPages(
  tableAlignment,
  0,
  entrySizeInBytes,
  rootIn,
);

/** The place of a root, where bytes are an entry of it as Linux writes it. */
function rootIn(
  bytes: Uint8Array,
  at: number,
  { ranges }: Pick<PhysicalMemory, 'ranges'>,
): number | undefined {
  const word = radixEntryIn(bytes, at);
  const address = Number(word & rootField);
  const isLikely = (word & ~rootField) === wordOfLinux && address < (ranges.at(-1)?.end ?? 0);
  return isLikely ? address : undefined;
}

/**
 * The root that the machine's process table has for the kernel. Only a hypervisor's own file says
 * where that table lies. Source: Power ISA 3.0B, Book III, "Partition Table Entry", second
 * doubleword: GR, PRTB.
 */
export function kernelRootsOf(memory: PhysicalMemory, registers: Registers): RadixRoot[] {
  const entry = registers.get('pate1') ?? 0n;
  if (entry >> 63n === 0n) {
    return [];
  }
  const bytes = tryRead(() => memory.read(Number(entry & processTableField), entrySizeInBytes));
  const address = bytes === undefined ? undefined : rootIn(bytes, 0, memory);
  return address === undefined ? [] : [radixRoot(address)];
}

/**
 * Kernels' radix roots, by the process table: its first entry is the kernel's. The kernel maps its
 * own root in its linear map, which look-alikes do not. Measured: 3 to 25 first words a guest look
 * right, one maps itself.
 */
export function* findRoots(
  memory: PhysicalMemory,
  { start, end }: VirtualRange,
): Generator<FoundRoot | Progress, void, void> {
  const met = new Set<number>();
  for (const step of lookThrough(memory, processTableLook)) {
    if ('kind' in step) {
      yield step;
      continue;
    }
    const address = step.entry;
    if (met.has(address)) {
      continue;
    }
    met.add(address);
    const root = radixRoot(address);
    const place = kernelStart + BigInt(address);
    if (place >= start && place < end && mapsLinearly(memory, root)) {
      yield { root, sharedTable: address };
    }
  }
}

/** Whether a root maps its own table in the linear map, as a kernel's does; a window always. */
export function mapsLinearly(memory: PhysicalMemory, root: TranslationRoot): boolean {
  const { tableAddress } = root;
  if (tableAddress === null) {
    return true;
  }
  const end = tryRead(() => walkRadix(memory, root, kernelStart + BigInt(tableAddress)));
  return end !== undefined && !isUnmapped(end) && end.physicalAddress === tableAddress;
}
