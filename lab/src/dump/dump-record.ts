import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DumpRecord } from '../truth/truth.ts';
import { isMakedumpfileFormat } from './makedumpfile.ts';

/** The file a format is dumped to, in the guest's folder. */
export function dumpFileName(format: string): string {
  return `${format}.vmcore`;
}

/** @param files the parts of a split dump in their order, else one. */
export function recordOf(folder: string, files: readonly string[], format: string, command: string): DumpRecord {
  const sizeInBytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  const [file = '', ...otherParts] = files;
  return { file, ...(otherParts.length > 0 ? { otherParts } : {}), format, sizeInBytes, origin: originOf(format), command };
}

function originOf(format: string): DumpRecord['origin'] {
  if (isMakedumpfileFormat(format)) {
    return { capturedBy: 'kdump', writtenBy: 'makedumpfile' };
  }
  // `makedumpfile -R` changes the order of QEMU's bytes and none of them; /proc/vmcore is the kernel's own.
  return format === 'proc-vmcore' ? { capturedBy: 'kdump', writtenBy: 'kdump' } : { capturedBy: 'qemu', writtenBy: 'qemu' };
}
