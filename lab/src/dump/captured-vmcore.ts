import { renameSync, truncateSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Guest } from '../guests/guest.ts';
import { runCommand } from '../run-command.ts';
import type { DumpRecord } from '../truth/truth.ts';
import { byKdump, dumpFileName, recordOf } from './dump-record.ts';
import {
  type MakedumpfileFormat,
  type MakedumpfileResult,
  makePlain,
  runMakedumpfile,
} from './makedumpfile.ts';

/**
 * What a capture kernel prints once it has copied /proc/vmcore to its disk, followed by the size in
 * bytes.
 */
export const copiedMark = 'LAB-VMCORE-COPIED=';
/** The same of makedumpfile's output, which the guest copies before that. */
const flattenedMark = 'LAB-FLATTENED-COPIED=';
const flattenedCommand = 'makedumpfile -F -c -d 31 /proc/vmcore';
const bytesPerMebibyte = 1024 * 1024;
const copyCommand = `dd if=/proc/vmcore of=/dev/vda bs=${bytesPerMebibyte}`;

/**
 * Shell lines for a capture kernel: they copy the crashed kernel's memory to the first virtio disk.
 * @param modules the drivers of that disk, in order of loading.
 * @param flattenedAtMebibyte where on the disk the guest's own makedumpfile writes; absent: not.
 */
export function copyVmcoreScript(modules: readonly string[], flattenedAtMebibyte?: number): string {
  const flatten = [
    'mkfifo /tmp/counted',
    'wc -c < /tmp/counted > /tmp/size &',
    `${flattenedCommand} | tee /tmp/counted | dd of=/dev/vda bs=${bytesPerMebibyte} seek=${flattenedAtMebibyte}`,
    'wait',
    `echo "${flattenedMark}$(cat /tmp/size)"`,
  ];
  return [
    ...modules.map((name) => `insmod /lab/modules/${name}.ko`),
    ...(flattenedAtMebibyte === undefined ? [] : flatten),
    copyCommand,
    'sync',
    `echo "${copiedMark}$(stat -c %s /proc/vmcore)"`,
    'sleep 100000',
  ].join('\n');
}

/** The files of a guest whose capture kernel has copied its memory. */
export interface CapturedFiles {
  readonly diskFile: string;
  readonly consoleText: string;
  readonly folder: string;
}

/**
 * Makes the vmcore file from the guest's disk, and the other formats from it with makedumpfile: of
 * the guest's own where it has one, because another machine's refuses the file.
 * @throws {Error} when the guest did not say how long its vmcore is.
 */
export async function dumpCaptured(
  guest: Pick<Guest, 'capturedFormats' | 'extras' | 'memoryInMebibytes'>,
  { diskFile, consoleText, folder }: CapturedFiles,
): Promise<readonly DumpRecord[]> {
  const vmcoreFile = join(folder, dumpFileName('proc-vmcore'));
  const size = sizeAfter(copiedMark, consoleText);
  const make = guest.extras.includes('makedumpfile')
    ? await takeFlattened(guest.memoryInMebibytes, { diskFile, consoleText, folder })
    : (format: MakedumpfileFormat) => runMakedumpfile(format, vmcoreFile, folder);
  renameSync(diskFile, vmcoreFile);
  truncateSync(vmcoreFile, size);
  const records: DumpRecord[] = [];
  for (const format of guest.capturedFormats) {
    if (format === 'proc-vmcore') {
      const command = `${copyCommand} # in the capture kernel`;
      records.push(recordOf(folder, [basename(vmcoreFile)], { format, origin: byKdump, command }));
    } else {
      const { files, command } = await make(format);
      const origin = { ...byKdump, writtenBy: 'makedumpfile' };
      records.push(recordOf(folder, files, { format, origin, command }));
    }
  }
  return records;
}

/**
 * Takes what the guest's makedumpfile wrote to the disk. @returns what gives the files of a format.
 * @throws {Error} when there is nothing, for which `makedumpfile -R` would wait forever.
 */
async function takeFlattened(
  atMebibyte: number,
  { diskFile, consoleText, folder }: CapturedFiles,
): Promise<(format: MakedumpfileFormat) => Promise<MakedumpfileResult>> {
  const file = dumpFileName('makedumpfile-flattened');
  const path = join(folder, file);
  const size = sizeAfter(flattenedMark, consoleText);
  if (size === 0) {
    throw new Error("the guest's makedumpfile wrote nothing; its words are on the console");
  }
  const words = [`bs=${bytesPerMebibyte}`, `skip=${atMebibyte}`, 'conv=sparse'];
  await runCommand('dd', [`if=${diskFile}`, `of=${path}`, ...words]);
  truncateSync(path, size);
  return async (format) => {
    if (format === 'makedumpfile-flattened') {
      return { files: [file], command: `${flattenedCommand} # in the capture kernel` };
    }
    if (format !== 'makedumpfile-zlib') {
      throw new Error(`the guest's makedumpfile writes no ${format}`);
    }
    const plain = dumpFileName(format);
    return { files: [plain], command: await makePlain(path, join(folder, plain)) };
  };
}

/** @throws {Error} when the guest printed no such mark. */
function sizeAfter(mark: string, consoleText: string): number {
  const size = new RegExp(`${mark}(\\d+)`).exec(consoleText)?.[1];
  if (size === undefined) {
    throw new Error(`the capture kernel did not say how much it copied: no ${mark}`);
  }
  return Number(size);
}
