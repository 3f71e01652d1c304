import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vmcorekit } from '../check/vmcorekit.ts';
import type { DumpRecord, Truth } from '../truth/truth.ts';
import { dumpFileName, recordOf } from './dump-record.ts';
import {
  type MakedumpfileResult,
  makedumpfileFormats,
  reassemble,
  runMakedumpfile,
} from './makedumpfile.ts';

const byVmcorekit: DumpRecord['origin'] = { capturedBy: 'qemu', writtenBy: 'vmcorekit' };
const byMakedumpfile: DumpRecord['origin'] = { capturedBy: 'qemu', writtenBy: 'makedumpfile' };
const prefix = 'mended-';
/** The source of each repaired file. */
const mendedFormats: readonly (readonly [mended: string, from: string])[] = [
  ['mended-elf', 'elf'],
  ['mended-kdump', 'kdump-raw-zlib'],
];

/**
 * Repairs a guest's dumps with vmcorekit, and makes the other formats from the repaired ones with
 * makedumpfile, which refuses QEMU's own files. New files and records join the guest's others, and
 * replace those of an earlier run.
 * @throws {Error} with the words of the tool that fails.
 */
export async function mendGuest(folder: string): Promise<readonly DumpRecord[]> {
  const truthFile = join(folder, 'truth.json');
  const truth = JSON.parse(readFileSync(truthFile, 'utf8')) as Truth;
  const records: DumpRecord[] = [];
  for (const [format, from] of mendedFormats) {
    const file = dumpFileName(format);
    rmSync(join(folder, file), { force: true });
    await vmcorekit(['repair', join(folder, dumpFileName(from)), join(folder, file)]);
    const command = `vmcorekit repair ${dumpFileName(from)} ${file}`;
    records.push(recordOf(folder, [file], { format, origin: byVmcorekit, command }));
  }
  const mendedElf = join(folder, dumpFileName('mended-elf'));
  const add = (format: string, { files, command }: MakedumpfileResult): void => {
    records.push(
      recordOf(folder, files, { format: `${prefix}${format}`, origin: byMakedumpfile, command }),
    );
  };
  for (const format of makedumpfileFormats) {
    removeOld(folder, format);
    const made = await runMakedumpfile(format, mendedElf, folder, prefix);
    add(format, made);
    if (made.files.length > 1) {
      removeOld(folder, 'makedumpfile-reassembled');
      add(
        'makedumpfile-reassembled',
        await reassemble(made.files, folder, dumpFileName(`${prefix}makedumpfile-reassembled`)),
      );
    }
  }
  const others = truth.dumps.filter(({ format }) => !format.startsWith(prefix));
  writeFileSync(
    truthFile,
    `${JSON.stringify({ ...truth, dumps: [...others, ...records] }, undefined, 1)}\n`,
  );
  return records;
}

/** makedumpfile does not replace files. */
function removeOld(folder: string, format: string): void {
  for (const part of ['', '.1', '.2']) {
    const file = join(folder, `${prefix}${format}${part}.vmcore`);
    if (existsSync(file)) {
      rmSync(file);
    }
  }
}
