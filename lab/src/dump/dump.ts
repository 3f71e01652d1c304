import { join } from 'node:path';
import type { DumpFormatName, Guest } from '../guests/guest.ts';
import type { QemuProcess } from '../qemu/qemu-process.ts';
import type { DumpRecord } from '../truth/truth.ts';
import { byQemu, dumpFileName, recordOf, unknown } from './dump-record.ts';
import { makePlain } from './makedumpfile.ts';

interface QemuDumpArguments {
  readonly paging: boolean;
  readonly format?: string;
}

type GuestMemoryFormat = Exclude<DumpFormatName, 'raw' | 'raw-padded'>;

const qemuDumps: Readonly<Record<GuestMemoryFormat, QemuDumpArguments>> = {
  elf: { paging: false },
  'elf-paging': { paging: true },
  'kdump-zlib': { paging: false, format: 'kdump-zlib' },
  'kdump-lzo': { paging: false, format: 'kdump-lzo' },
  'kdump-raw-zlib': { paging: false, format: 'kdump-raw-zlib' }, // QEMU 8.2 and later
  'kdump-snappy': { paging: false, format: 'kdump-snappy' },
};

/**
 * Dumps a stopped guest in each format that this build of QEMU has, and leaves out the others.
 * @returns one record a file, in the requested order.
 */
export async function dumpGuest(
  qemu: QemuProcess,
  { formats, memoryInMebibytes }: Pick<Guest, 'formats' | 'memoryInMebibytes'>,
  folder: string,
): Promise<readonly DumpRecord[]> {
  const capability = (await qemu.execute('query-dump-guest-memory-capability')) as {
    readonly formats: readonly string[];
  };
  const records: DumpRecord[] = [];
  for (const format of formats) {
    const file = dumpFileName(format);
    if (format === 'raw') {
      const command = `-object memory-backend-file,mem-path=${file},share=on`;
      records.push(recordOf(folder, [file], { format, origin: unknown, command }));
      continue;
    }
    if (format === 'raw-padded') {
      const range = { val: 0, size: memoryInMebibytes * 1024 * 1024 };
      await qemu.execute('pmemsave', { ...range, filename: join(folder, file) });
      const command = `QMP pmemsave ${JSON.stringify({ ...range, filename: file })}`;
      records.push(recordOf(folder, [file], { format, origin: unknown, command }));
      continue;
    }
    const dumpArguments = qemuDumps[format];
    const isKnown =
      dumpArguments.format === undefined || capability.formats.includes(dumpArguments.format);
    if (format === 'kdump-raw-zlib' && !isKnown) {
      const command = await makePlain(join(folder, dumpFileName('kdump-zlib')), join(folder, file));
      records.push(recordOf(folder, [file], { format, origin: byQemu, command }));
      continue;
    }
    if (isKnown) {
      await qemu.execute('dump-guest-memory', {
        ...dumpArguments,
        protocol: `file:${join(folder, file)}`,
      });
      const command = `QMP dump-guest-memory ${JSON.stringify({ ...dumpArguments, protocol: `file:${file}` })}`;
      records.push(recordOf(folder, [file], { format, origin: byQemu, command }));
    }
  }
  return records;
}
