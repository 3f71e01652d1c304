import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { hibernateScript } from '../guests/hibernated.ts';
import type { DumpRecord } from '../truth/truth.ts';
import { byKernel, dumpFileName, recordOf } from './dump-record.ts';

/** Keeps the disk of a guest that hibernated to it. */
export function keepSwap(diskFile: string, folder: string): DumpRecord {
  const format = 'linux-hibernation';
  const file = dumpFileName(format);
  renameSync(diskFile, join(folder, file));
  const command = hibernateScript.replaceAll('\n', '; ');
  return recordOf(folder, [file], { format, origin: byKernel, command });
}
