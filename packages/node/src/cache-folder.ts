import { isAbsolute, join } from 'node:path';

/**
 * The folder for copies of kernels' types and symbols below the user's cache folder. Undefined
 * where the environment names none. A relative name is ignored, as the XDG Base Directory
 * Specification asks: it would lie wherever the program was started, perhaps beside a dump.
 */
export function kernelCacheFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
): string | undefined {
  return cacheFolder('kernels', env, platform);
}

/** The same for another kind of what is kept. */
export function cacheFolder(
  kind: 'kernels' | 'indexes',
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
): string | undefined {
  const [base, ...below] =
    platform === 'win32'
      ? [env.LOCALAPPDATA]
      : platform === 'darwin'
        ? [env.HOME, 'Library', 'Caches']
        : [env.HOME, '.cache'];
  const folder = isUsable(env.XDG_CACHE_HOME)
    ? env.XDG_CACHE_HOME
    : isUsable(base)
      ? join(base, ...below.filter((name) => name !== undefined))
      : undefined;
  return folder === undefined ? undefined : join(folder, 'vmcorekit', kind);
}

function isUsable(folder: string | undefined): folder is string {
  return folder !== undefined && isAbsolute(folder);
}
