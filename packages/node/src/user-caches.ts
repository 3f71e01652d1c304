import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { IndexCache, KernelCache } from '@vmcorekit/core';
import { cacheFolder } from './cache-folder.ts';
import { fileIndexCache } from './file-index-cache.ts';
import { fileKernelCache } from './file-kernel-cache.ts';

/**
 * The cache of kernels in the user's own cache folder. Undefined where the user has no such folder,
 * or one of `paths` lies in it: nothing is written beside a dump. Only for dumps that are trusted:
 * a copy is compared with a dump in some of its pages, and a guest may have changed others.
 */
export function userKernelCache(
  paths: readonly string[] = [],
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): KernelCache | undefined {
  const folder = usableFolder('kernels', paths, env, platform);
  return folder === undefined ? undefined : fileKernelCache(folder);
}

/**
 * The cache of indexes in the user's own cache folder; undefined as for `userKernelCache`. Indexes
 * of gzip, zlib and zip files hold parts of the memory in them.
 */
export function userIndexCache(
  paths: readonly string[] = [],
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): IndexCache | undefined {
  const folder = usableFolder('indexes', paths, env, platform);
  return folder === undefined ? undefined : fileIndexCache(folder);
}

function usableFolder(
  kind: 'kernels' | 'indexes',
  paths: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
): string | undefined {
  const folder = cacheFolder(kind, env, platform);
  return folder === undefined || paths.some((path) => liesIn(folder, path)) ? undefined : folder;
}

/** False where there is no such folder or file. */
function liesIn(folder: string, path: string): boolean {
  try {
    return dirname(realpathSync(path)) === realpathSync(folder);
  } catch {
    return false;
  }
}
