import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DumpRecord } from '../truth/truth.ts';

/** `makedumpfile -R` changes the order of QEMU's bytes and none of them. */
export const byQemu: DumpRecord['origin'] = { capturedBy: 'qemu', writtenBy: 'qemu' };
/** /proc/vmcore is the kernel's own file. */
export const byKdump: DumpRecord['origin'] = { capturedBy: 'kdump', writtenBy: 'kdump' };

/** The file a format is dumped to, in the guest's folder. */
export function dumpFileName(format: string): string {
  return `${format}.vmcore`;
}

/** What a record says besides its files. */
export type RecordFacts = Pick<DumpRecord, 'format' | 'origin' | 'command'>;

/** @param files in the folder: the parts of a split dump in their order, else one. */
export function recordOf(folder: string, files: readonly string[], facts: RecordFacts): DumpRecord {
  const sizeInBytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  const [file = '', ...otherParts] = files;
  return { file, ...(otherParts.length > 0 ? { otherParts } : {}), sizeInBytes, ...facts };
}
