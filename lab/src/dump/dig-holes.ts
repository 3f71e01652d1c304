import { runCommand } from '../run-command.ts';

/** Returns a file's blocks of zeros to the file system; a guest's ELF dump is mostly zeros. */
export async function digHoles(file: string): Promise<void> {
  await runCommand('fallocate', ['--dig-holes', file]);
}
