import { basename } from 'node:path';
import { runCommand } from '../run-command.ts';

/** Has makedumpfile make a plain KDUMP file of a flattened one. @returns the command, as it can be shown. */
export async function makePlain(flattenedFile: string, plainFile: string): Promise<string> {
  await runCommand('makedumpfile', ['-R', plainFile], { inputFile: flattenedFile });
  return `makedumpfile -R ${basename(plainFile)} < ${basename(flattenedFile)}`;
}
