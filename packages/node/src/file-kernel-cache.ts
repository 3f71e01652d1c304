import { join } from 'node:path';
import { type KernelCache, type KernelCachePart, kernelCacheParts } from '@vmcorekit/core';
import { attempt, readOwn, removeOldest, writeOwn } from './private-folder.ts';

/** Some twenty kernels: one has 3 to 6 MB each of types, of symbols and of unwind rules. */
const defaultLimitInBytes = 256 * 1024 * 1024;
/** The largest file that is read; a kernel's types have at most 64 MiB. */
const maxFileInBytes = 65 * 1024 * 1024;
/** A build ID has 20 bytes, with other hashes up to 64. It comes from a dump. */
const buildIdPattern = /^[\da-f]{16,128}$/;
/** A part of a kernel, also of a process that was ended while it wrote. */
const ownName = new RegExp(
  `^[\\da-f]{16,128}\\.(?:${kernelCacheParts.join('|')})(?:\\.\\d+\\.part)?$`,
);

export interface FileKernelCacheOptions {
  /** All files together; those used longest ago are removed. Default 256 MiB. */
  readonly limitInBytes?: number;
}

/**
 * Keeps parts of kernels as files in a folder that only this user can enter, made where it is
 * missing. Files of another user, links, and files that others may write count as none. Nothing is
 * thrown: where the folder cannot be used, nothing is kept.
 */
export function fileKernelCache(
  folder: string,
  { limitInBytes = defaultLimitInBytes }: FileKernelCacheOptions = {},
): KernelCache {
  return {
    load: (buildId, part) => {
      const path = pathIn(folder, buildId, part);
      return path === undefined ? undefined : attempt(() => readOwn(folder, path, maxFileInBytes));
    },
    store: (buildId, part, bytes) => {
      const path = pathIn(folder, buildId, part);
      if (path !== undefined && bytes.length <= Math.min(maxFileInBytes, limitInBytes)) {
        writeOwn(folder, path, bytes);
        attempt(() => removeOldest(folder, ownName, limitInBytes));
      }
    },
  };
}

function pathIn(folder: string, buildId: string, part: KernelCachePart): string | undefined {
  return buildIdPattern.test(buildId) ? join(folder, `${buildId}.${part}`) : undefined;
}
