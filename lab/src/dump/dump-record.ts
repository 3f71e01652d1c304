import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DumpRecord } from '../truth/truth.ts';

/** `makedumpfile -R` reorders QEMU's bytes and changes none of them. */
export const byQemu: DumpRecord['origin'] = { capturedBy: 'qemu', writtenBy: 'qemu' };
/** Raw memory says nothing of who wrote it. */
export const unknown: DumpRecord['origin'] = { capturedBy: 'unknown', writtenBy: 'unknown' };
/** /proc/vmcore is the kernel's own file. */
export const byKdump: DumpRecord['origin'] = { capturedBy: 'kdump', writtenBy: 'kdump' };

/** A hibernation image is what the kernel that it holds wrote of itself. */
export const byKernel: DumpRecord['origin'] = { capturedBy: 'linux', writtenBy: 'linux' };

/** The file of a format, in the guest's folder. */
export function dumpFileName(format: string): string {
  return `${format}.vmcore`;
}

/** A guest's dump as ELF: QEMU's, or its capture kernel's; undefined where it has neither. */
export function findElfDump(folder: string): string | undefined {
  return ['elf', 'proc-vmcore']
    .map((format) => join(folder, dumpFileName(format)))
    .find((path) => existsSync(path));
}

/** The fields of a record other than its files. */
export type RecordFacts = Pick<DumpRecord, 'format' | 'origin' | 'command'>;

/** @param files names in the folder: the parts of a split dump in order, else one. */
export function recordOf(folder: string, files: readonly string[], facts: RecordFacts): DumpRecord {
  const sizeInBytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  const [file = '', ...otherParts] = files;
  return { file, ...(otherParts.length > 0 ? { otherParts } : {}), sizeInBytes, ...facts };
}
