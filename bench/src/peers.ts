import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The installed tools with their versions, and those missing with what is skipped for that. */
export interface Peers {
  readonly versions: ReadonlyMap<string, string>;
  /** The program of `peers/libkdumpfile.c`, compiled; null where that is impossible. */
  readonly libkdumpfile: string | null;
  readonly skipped: readonly string[];
}

export function findPeers(workFolder: string): Peers {
  const versions = new Map<string, string>();
  const skipped: string[] = [];
  for (const [tool, args] of [
    ['crash', ['--version']],
    ['makedumpfile', ['-v']],
    ['drgn', ['--version']],
  ] as const) {
    const { status, stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8' });
    const version = /[0-9]+(\.[0-9]+)+/.exec(`${stdout}${stderr}`)?.[0];
    if (status === null || version === undefined) {
      skipped.push(`${tool} is not installed`);
    } else {
      versions.set(tool, version);
    }
  }
  const libkdumpfile = compiled(workFolder);
  if (libkdumpfile === null) {
    skipped.push('libkdumpfile: no C compiler, or not its headers (libkdumpfile-dev)');
  } else {
    const { stdout } = spawnSync('pkg-config', ['--modversion', 'libkdumpfile'], {
      encoding: 'utf8',
    });
    versions.set('libkdumpfile', stdout?.trim() || 'of unknown version');
  }
  return { versions, libkdumpfile, skipped };
}

function compiled(workFolder: string): string | null {
  const source = fileURLToPath(new URL('../peers/libkdumpfile.c', import.meta.url));
  const program = join(workFolder, 'libkdumpfile');
  mkdirSync(workFolder, { recursive: true });
  const { status } = spawnSync('cc', ['-O2', '-o', program, source, '-lkdumpfile'], {
    stdio: 'ignore',
  });
  return status === 0 ? program : null;
}
