import { closeSync, constants, fchmodSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Io } from '../io.ts';

/** Only its owner may read what was asked of a dump. */
const ownerOnly = 0o600;
const ownerFolder = 0o700;

/**
 * The file that keeps the lines of the shell, private and in the user's folder for state. Undefined
 * where the environment names no such folder, or the file cannot be kept there. A relative name is
 * ignored: it may be in the folder of a dump. Source: XDG Base Directory Specification.
 */
export function historyFile(
  env: Io['env'],
  platform: string = process.platform,
): string | undefined {
  const folder = stateFolder(env, platform);
  if (folder === undefined) {
    return undefined;
  }
  const path = join(folder, 'vmcorekit', 'shell-history');
  try {
    mkdirSync(join(folder, 'vmcorekit'), { recursive: true, mode: ownerFolder });
    const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
    const file = openSync(path, flags, ownerOnly);
    try {
      if (!fstatSync(file).isFile()) {
        return undefined;
      }
      fchmodSync(file, ownerOnly);
      return path;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

function stateFolder(env: Io['env'], platform: string): string | undefined {
  if (isUsable(env.XDG_STATE_HOME)) {
    return env.XDG_STATE_HOME;
  }
  if (platform === 'win32') {
    return isUsable(env.LOCALAPPDATA) ? env.LOCALAPPDATA : undefined;
  }
  return isUsable(env.HOME) ? join(env.HOME, '.local', 'state') : undefined;
}

function isUsable(folder: string | undefined): folder is string {
  return folder !== undefined && isAbsolute(folder);
}
