import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const npmCommand = join(root, 'packages/vmcorekit/bin/vmcorekit.cjs');

/** What a command line left: what it said, and the digests of all files in its folder. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * The single executable, alone in an empty folder, and the npm command: each with the same files
 * in a working directory of its own.
 */
export class TwoHomes {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'vmcorekit-executable-test-'));
  readonly executable: string = join(this.#folder, 'alone', 'vmcorekit');
  readonly #homes = { executable: join(this.#folder, 'a'), npm: join(this.#folder, 'b') };

  constructor() {
    const built = join(this.#folder, 'built', 'vmcorekit');
    const script = join(root, 'scripts/build-executable.mjs');
    execFileSync(process.execPath, [script, '--out', built], { stdio: 'pipe' });
    mkdirSync(join(this.#folder, 'alone'));
    copyFileSync(built, this.executable);
    for (const home of Object.values(this.#homes)) {
      mkdirSync(home);
    }
  }

  /** Of everything in the executable. */
  get notices(): string {
    return readFileSync(join(this.#folder, 'built', 'vmcorekit-licenses.txt'), 'utf8');
  }

  /** Puts a file or a folder into both working directories. */
  add(path: string, name: string = basename(path)): void {
    for (const home of Object.values(this.#homes)) {
      cpSync(path, join(home, name), { recursive: true });
    }
  }

  /** Makes a file in both as long as that, with a hole at its end. */
  grow(name: string, sizeInBytes: number): void {
    for (const home of Object.values(this.#homes)) {
      truncateSync(join(home, name), sizeInBytes);
    }
  }

  runExecutable(args: readonly string[], env: Readonly<Record<string, string>> = {}): Outcome {
    return run(this.executable, args, this.#homes.executable, env);
  }

  runNpmCommand(args: readonly string[], env: Readonly<Record<string, string>> = {}): Outcome {
    return run(process.execPath, [npmCommand, ...args], this.#homes.npm, env);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

function run(
  file: string,
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
): Outcome {
  // No PATH: nothing else of the machine is used.
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd: folder,
    env: { PATH: '', HOME: '/nowhere', ...env },
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  return {
    status,
    stdout: timeless(stdout).replaceAll(folder, 'FOLDER'),
    stderr: stderr.replaceAll(folder, 'FOLDER'),
    files: digestsIn(folder),
  };
}

/** Without how long it took. */
function timeless(text: string): string {
  return text.replace(/"milliseconds":\d+/g, '"milliseconds":0').replace(/\bin [0-9.]+ s\b/g, '');
}

function digestsIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  );
}
