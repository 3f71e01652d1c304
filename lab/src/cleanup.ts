import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const processes = new Set<ChildProcess>();
const folders = new Set<string>();

function cleanUp(): void {
  for (const child of processes) {
    killGroup(child);
  }
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true });
  }
  processes.clear();
  folders.clear();
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended between the check and the signal.
  }
}

/**
 * From here on, neither the end of this process nor Ctrl-C leaves a guest or a temporary folder.
 */
export function installCleanup(): void {
  process.once('exit', cleanUp);
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(exitCode));
  }
}

/**
 * Kills the process's whole group when this program ends. It must have been spawned with
 * `detached`.
 */
export function killAtExit(child: ChildProcess): Disposable {
  processes.add(child);
  return {
    [Symbol.dispose](): void {
      killGroup(child);
      processes.delete(child);
    },
  };
}

export interface TemporaryFolder extends Disposable {
  readonly path: string;
}

/**
 * A new folder that is removed when this program ends or the folder is disposed, unless it was
 * renamed by then.
 */
export function makeTemporaryFolder(parentFolder: string = tmpdir()): TemporaryFolder {
  const path = mkdtempSync(join(parentFolder, '.vmcorekit-lab-'));
  folders.add(path);
  return {
    path,
    [Symbol.dispose](): void {
      rmSync(path, { recursive: true, force: true });
      folders.delete(path);
    },
  };
}
