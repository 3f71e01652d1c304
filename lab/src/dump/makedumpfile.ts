import { basename, join } from 'node:path';
import { runCommand } from '../run-command.ts';

export type MakedumpfileFormat =
  | 'makedumpfile-zlib'
  | 'makedumpfile-lzo'
  | 'makedumpfile-elf'
  | 'makedumpfile-split'
  | 'makedumpfile-flattened';

/** What makedumpfile makes of a vmcore that kdump captured, by format name: its options, and the files it writes. */
interface Recipe {
  readonly options: readonly string[];
  readonly files: readonly string[];
  /** Flattened dumps come on standard output. */
  readonly toStandardOutput?: true;
}

const recipes: Readonly<Record<MakedumpfileFormat, Recipe>> = {
  'makedumpfile-zlib': { options: ['-c', '-d', '31'], files: ['makedumpfile-zlib.vmcore'] },
  'makedumpfile-lzo': { options: ['-l', '-d', '1'], files: ['makedumpfile-lzo.vmcore'] },
  'makedumpfile-elf': { options: ['-E', '-d', '31'], files: ['makedumpfile-elf.vmcore'] },
  'makedumpfile-split': {
    options: ['--split', '-c', '-d', '31'],
    files: ['makedumpfile-split.1.vmcore', 'makedumpfile-split.2.vmcore'],
  },
  'makedumpfile-flattened': {
    options: ['-F', '-c', '-d', '31'],
    files: ['makedumpfile-flattened.vmcore'],
    toStandardOutput: true,
  },
};

export function isMakedumpfileFormat(format: string): format is MakedumpfileFormat {
  return format in recipes;
}

/** @returns the files made in the folder, and the command as it can be shown. */
export async function runMakedumpfile(
  format: MakedumpfileFormat,
  vmcoreFile: string,
  folder: string,
): Promise<{ readonly files: readonly string[]; readonly command: string }> {
  const recipe = recipes[format];
  const shown = ['makedumpfile', ...recipe.options, basename(vmcoreFile)].join(' ');
  const outputs = recipe.files.map((file) => join(folder, file));
  if (recipe.toStandardOutput) {
    await runCommand('makedumpfile', [...recipe.options, vmcoreFile], { outputFile: outputs[0] ?? '' });
    return { files: recipe.files, command: `${shown} > ${recipe.files[0]}` };
  }
  await runCommand('makedumpfile', [...recipe.options, vmcoreFile, ...outputs]);
  return { files: recipe.files, command: `${shown} ${recipe.files.join(' ')}` };
}

/** Has makedumpfile make a plain KDUMP file of a flattened one. @returns the command, as it can be shown. */
export async function makePlain(flattenedFile: string, plainFile: string): Promise<string> {
  await runCommand('makedumpfile', ['-R', plainFile], { inputFile: flattenedFile });
  return `makedumpfile -R ${basename(plainFile)} < ${basename(flattenedFile)}`;
}
