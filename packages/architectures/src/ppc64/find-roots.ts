import {
  type FoundRoot,
  type PhysicalMemory,
  type Progress,
  type TranslationRoot,
  tryRead,
  type VirtualRange,
} from '@vmcorekit/core';
import { isUnmapped } from '../walk-end.ts';
import { addressBits, radixRoot, readRadixEntry, rootIndexBits } from './radix.ts';
import { walkRadix } from './walk.ts';

/** Linux allocates the process table of 64 KiB at a multiple of its size (radix_init_pgtable). */
const tableAlignment = 0x1_0000;
const rootField = 0x0fff_ffff_ffff_ff00n;
const kernelStart = 0xc000_0000_0000_0000n;
/**
 * An entry's first word without the root: bits 1:2 and 56:58 (numbered from the highest) hold the
 * size of the address space less 31, 59:63 the root's index size. Source: Power ISA 3.0B, Book III,
 * "Process Table Entry"; Linux, radix__get_tree_size().
 */
const sizeField = BigInt(addressBits - 31);
const wordOfLinux = ((sizeField >> 3n) << 61n) | ((sizeField & 7n) << 5n) | BigInt(rootIndexBits);
const tablesPerStep = 64;

/**
 * Kernels' radix roots, by the process table: its first entry is the kernel's. The kernel maps its
 * own root in its linear map, which look-alikes do not. Measured: 3 to 25 first words a guest look
 * right, one maps itself.
 */
export function* findRoots(
  memory: PhysicalMemory,
  { start, end }: VirtualRange,
): Generator<FoundRoot | Progress, void, void> {
  const last = memory.ranges.at(-1)?.end ?? 0;
  const met = new Set<number>();
  let tables = 0;
  for (const run of memory.storedRuns()) {
    const first = Math.ceil(run.start / tableAlignment) * tableAlignment;
    for (let table = first; table + 8 <= run.end; table += tableAlignment) {
      const word = tryRead(() => readRadixEntry(memory, table)) ?? 0n;
      const address = Number(word & rootField);
      const isLikely = (word & ~rootField) === wordOfLinux && address < last && !met.has(address);
      if (isLikely) {
        met.add(address);
        const root = radixRoot(address);
        const place = kernelStart + BigInt(address);
        if (place >= start && place < end && mapsLinearly(memory, root)) {
          yield { root, sharedTable: address };
        }
      }
      if (++tables % tablesPerStep === 0) {
        yield { kind: 'progress', doing: 'searching for page tables', fraction: table / last };
      }
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
