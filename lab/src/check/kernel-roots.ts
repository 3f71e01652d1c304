import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { dumpFileName } from '../dump/dump-record.ts';
import type { KernelTruth, Truth } from '../truth/truth.ts';
import { ElfMemory } from './elf-memory.ts';

/** Whether a top-level table maps this kernel: its own table, or a process's, but no user half. */
export type IsKernelRoot = (kernel: KernelTruth, root: bigint) => boolean;

const imageMapStart = 0xffffffff80000000n;
const tableSizeInBytes = 4096;
const imageEntry = 511;
const present = 1n;
const frame = 0x000ffffffffff000n;

/**
 * Reads the guest's own memory where possible here; else it only knows the table that the truth
 * names.
 */
export function openKernelRoots(
  truth: Truth,
  guestFolder: string,
): { readonly isKernelRoot: IsKernelRoot } & Disposable {
  const elfFile = ['elf', 'proc-vmcore']
    .map((format) => join(guestFolder, dumpFileName(format)))
    .find((path) => existsSync(path));
  if (truth.architecture !== 'x86_64' || elfFile === undefined) {
    return { isKernelRoot: isNamedRoot, [Symbol.dispose]: () => undefined };
  }
  const file = openSync(elfFile, 'r');
  const memory = new ElfMemory(file);
  return {
    isKernelRoot: (kernel, root) => isNamedRoot(kernel, root) || mapsTheSame(memory, kernel, root),
    [Symbol.dispose]: () => closeSync(file),
  };
}

function isNamedRoot(kernel: KernelTruth, root: bigint): boolean {
  return kernel.pageTableRoot !== null && BigInt(kernel.pageTableRoot) === root;
}

/**
 * A root of the same kernel has the same entries for the image and for the direct map. A user half
 * under page-table isolation lacks the direct map, and another kernel's entries lead elsewhere.
 */
export function mapsTheSame(
  memory: Pick<ElfMemory, 'read'>,
  kernel: KernelTruth,
  root: bigint,
): boolean {
  const own = memory.read(Number(kernel.pageTableRoot), tableSizeInBytes);
  const other = memory.read(Number(root), tableSizeInBytes);
  const directMapEntry = findDirectMapEntry(memory, kernel);
  if (own === undefined || other === undefined || directMapEntry === undefined) {
    return false;
  }
  return [imageEntry, directMapEntry].every((entry) => {
    const [ownWord, otherWord] = [own, other].map((table) => table.readBigUInt64LE(entry * 8));
    return (
      ownWord !== undefined &&
      otherWord !== undefined &&
      (otherWord & present) === present &&
      (ownWord & frame) === (otherWord & frame)
    );
  });
}

function findDirectMapEntry(
  memory: Pick<ElfMemory, 'read'>,
  kernel: KernelTruth,
): number | undefined {
  const variable = kernel.symbols.page_offset_base;
  if (variable === undefined || kernel.physBase === null) {
    return undefined;
  }
  const pageOffset = memory
    .read(Number(BigInt(variable) - imageMapStart) + kernel.physBase, 8)
    ?.readBigUInt64LE();
  const entryShift = kernel.pagingLevels === 5 ? 48n : 39n;
  return pageOffset === undefined ? undefined : Number((pageOffset >> entryShift) & 511n);
}
