import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { KernelCache } from '@vmcorekit/core';
import { kernelCacheFolder } from './cache-folder.ts';
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
  const folder = kernelCacheFolder(env, platform);
  return folder === undefined || paths.some((path) => liesIn(folder, path))
    ? undefined
    : fileKernelCache(folder);
}

/** False where there is no such folder or file. */
function liesIn(folder: string, path: string): boolean {
  try {
    return dirname(realpathSync(path)) === realpathSync(folder);
  } catch {
    return false;
  }
}
