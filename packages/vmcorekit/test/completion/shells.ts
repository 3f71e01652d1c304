import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What `vmcorekit plugins --json` says in the folders of these tests. */
const plugins = {
  plugins: [
    { name: 'built-in', contributes: { heuristics: ['cr3-walk', 'idt'], pageFilters: ['zero'] } },
    {
      name: 'odd',
      contributes: {
        heuristics: ['step-scan', 'a"b', '$(touch oops)'],
        analyzers: ['kernel-log', 'memory-map'],
      },
    },
  ],
};

/** A folder with some files, and a `vmcorekit` in the path that counts how often it is called. */
export class ShellFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'vmcorekit-shell-'));

  constructor(script: string) {
    this.write('script', script);
    this.write('plugins.json', JSON.stringify(plugins));
    this.write('my dump', '');
    const command = this.write(
      'vmcorekit',
      `#!/bin/sh\necho call >> '${this.path}/calls'\ncat '${this.path}/plugins.json'\n`,
    );
    chmodSync(command, 0o755);
  }

  write(name: string, text: string): string {
    const path = join(this.path, name);
    writeFileSync(path, text);
    return path;
  }

  /** Lines of what a shell prints that runs `text` in this folder. */
  run(shell: string, args: readonly string[], text: string): string[] {
    const { stdout, stderr, status } = spawnSync(shell, [...args, this.write('run', text)], {
      cwd: this.path,
      env: { PATH: `${this.path}${delimiter}${process.env.PATH}`, HOME: this.path, TERM: 'dumb' },
      encoding: 'utf8',
    });
    if (status !== 0 || stderr !== '') {
      throw new Error(`${shell} ended with ${status}: ${stderr}`);
    }
    return stdout.split('\n').filter((line) => line !== '');
  }

  /** How often the script asked for the names of plug-ins. */
  get calls(): number {
    return readFileSync(join(this.path, 'calls'), 'utf8').split('\n').length - 1;
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

export function isInstalled(shell: string): boolean {
  return spawnSync(shell, ['--version']).status === 0;
}

/** Text as one word of a shell. */
export function word(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
