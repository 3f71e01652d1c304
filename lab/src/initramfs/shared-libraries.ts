import { readFileSync, realpathSync } from 'node:fs';
import { runCommand } from '../run-command.ts';
import { type CpioEntry, programMode } from './cpio.ts';

/** A program of this machine with the shared libraries it loads, at the same paths. */
export async function collectProgram(
  programFile: string,
  pathInGuest: string,
): Promise<readonly CpioEntry[]> {
  const loaded = await runCommand('ldd', [programFile]);
  const libraries = loaded
    .split('\n')
    .flatMap((line) => /(?:=> |^\s+)(\/\S+) \(0x/.exec(line)?.[1] ?? []);
  return [
    { path: pathInGuest, mode: programMode, data: readFileSync(programFile) },
    ...libraries.map((path) => ({
      path: path.slice(1),
      mode: programMode,
      data: readFileSync(realpathSync(path)),
    })),
  ];
}
