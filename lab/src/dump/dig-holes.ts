import { runCommand } from '../run-command.ts';

/**
 * Gives the blocks of zeros in a file back to the file system; a guest's ELF dump is mostly those.
 */
export async function digHoles(file: string): Promise<void> {
  await runCommand('fallocate', ['--dig-holes', file]);
}
