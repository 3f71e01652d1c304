import { basename, join } from 'node:path';
import { runCommand } from '../run-command.ts';

export type MakedumpfileFormat =
  | 'makedumpfile-zlib'
  | 'makedumpfile-lzo'
  | 'makedumpfile-elf'
  | 'makedumpfile-split'
  | 'makedumpfile-flattened';

/** What makedumpfile makes from a vmcore that it understands. */
interface Recipe {
  readonly options: readonly string[];
  /** More than one for a split dump. */
  readonly fileCount: number;
  /** Flattened dumps are written to standard output. */
  readonly toStandardOutput?: true;
}

const recipes: Readonly<Record<MakedumpfileFormat, Recipe>> = {
  'makedumpfile-zlib': { options: ['-c', '-d', '31'], fileCount: 1 },
  'makedumpfile-lzo': { options: ['-l', '-d', '1'], fileCount: 1 },
  'makedumpfile-elf': { options: ['-E', '-d', '31'], fileCount: 1 },
  'makedumpfile-flattened': {
    options: ['-F', '-c', '-d', '31'],
    fileCount: 1,
    toStandardOutput: true,
  },
  'makedumpfile-split': { options: ['--split', '-c', '-d', '31'], fileCount: 2 },
};

export const makedumpfileFormats: readonly MakedumpfileFormat[] = [
  'makedumpfile-zlib',
  'makedumpfile-lzo',
  'makedumpfile-elf',
  'makedumpfile-flattened',
  'makedumpfile-split',
];

/** The result: files in the folder (a split dump's parts in order), and the command for display. */
export interface MakedumpfileResult {
  readonly files: readonly string[];
  readonly command: string;
}

/** @param prefix of the names of the files made. */
export async function runMakedumpfile(
  format: MakedumpfileFormat,
  vmcoreFile: string,
  folder: string,
  prefix: string = '',
): Promise<MakedumpfileResult> {
  const { options, fileCount, toStandardOutput } = recipes[format];
  const files = Array.from(
    { length: fileCount },
    (_, index) => `${prefix}${format}${fileCount > 1 ? `.${index + 1}` : ''}.vmcore`,
  );
  const outputs = files.map((file) => join(folder, file));
  const shown = ['makedumpfile', ...options, basename(vmcoreFile)].join(' ');
  if (toStandardOutput) {
    await runCommand('makedumpfile', [...options, vmcoreFile], { outputFile: outputs[0] ?? '' });
    return { files, command: `${shown} > ${files[0]}` };
  }
  await runCommand('makedumpfile', [...options, vmcoreFile, ...outputs]);
  return { files, command: `${shown} ${files.join(' ')}` };
}

/** Joins a split dump's parts with makedumpfile. */
export async function reassemble(
  parts: readonly string[],
  folder: string,
  file: string,
): Promise<MakedumpfileResult> {
  await runCommand('makedumpfile', [
    '--reassemble',
    ...parts.map((part) => join(folder, part)),
    join(folder, file),
  ]);
  return { files: [file], command: `makedumpfile --reassemble ${parts.join(' ')} ${file}` };
}

/**
 * Makes a plain KDUMP file from a flattened one with makedumpfile. @returns the command for
 * display.
 */
export async function makePlain(flattenedFile: string, plainFile: string): Promise<string> {
  await runCommand('makedumpfile', ['-R', plainFile], { inputFile: flattenedFile });
  return `makedumpfile -R ${basename(plainFile)} < ${basename(flattenedFile)}`;
}
