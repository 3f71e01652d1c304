import { renameSync, truncateSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CapturedFormat } from '../guests/guest.ts';
import type { DumpRecord } from '../truth/truth.ts';
import { byKdump, dumpFileName, recordOf } from './dump-record.ts';
import { runMakedumpfile } from './makedumpfile.ts';

/**
 * What a capture kernel prints once it has copied /proc/vmcore to its disk, followed by the size in
 * bytes.
 */
export const copiedMark = 'LAB-VMCORE-COPIED=';

/**
 * Shell lines for a capture kernel: they copy the crashed kernel's memory to the first virtio disk.
 * @param modules the drivers of that disk, in order of loading.
 */
export function copyVmcoreScript(modules: readonly string[]): string {
  return [
    ...modules.map((name) => `insmod /lab/modules/${name}.ko`),
    'dd if=/proc/vmcore of=/dev/vda bs=1048576',
    'sync',
    `echo "${copiedMark}$(stat -c %s /proc/vmcore)"`,
    'sleep 100000',
  ].join('\n');
}

/**
 * Makes the vmcore file from the guest's disk, and the other formats from it with makedumpfile.
 * @throws {Error} when the guest did not say how long its vmcore is.
 */
export async function dumpCaptured(
  formats: readonly CapturedFormat[],
  diskFile: string,
  consoleText: string,
  folder: string,
): Promise<readonly DumpRecord[]> {
  const size = new RegExp(`${copiedMark}(\\d+)`).exec(consoleText)?.[1];
  if (size === undefined) {
    throw new Error('the capture kernel did not say how long its vmcore is');
  }
  const vmcoreFile = join(folder, dumpFileName('proc-vmcore'));
  renameSync(diskFile, vmcoreFile);
  truncateSync(vmcoreFile, Number(size));
  const records: DumpRecord[] = [];
  for (const format of formats) {
    if (format === 'proc-vmcore') {
      const command = 'dd if=/proc/vmcore of=/dev/vda bs=1048576 # in the capture kernel';
      records.push(recordOf(folder, [basename(vmcoreFile)], { format, origin: byKdump, command }));
    } else {
      const { files, command } = await runMakedumpfile(format, vmcoreFile, folder);
      records.push(
        recordOf(folder, files, {
          format,
          origin: { ...byKdump, writtenBy: 'makedumpfile' },
          command,
        }),
      );
    }
  }
  return records;
}
