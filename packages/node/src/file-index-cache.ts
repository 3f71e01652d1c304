import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { IndexCache, IndexOf } from '@vmcorekit/core';
import { attempt, readOwn, removeOldest, writeOwn } from './private-folder.ts';

/** A gzip file of 64 GiB has an index of about this size. */
const maxFileInBytes = 512 * 1024 * 1024;
const defaultLimitInBytes = 1024 * 1024 * 1024;
const defaultMaxFiles = 32;
/** An index, also of a process that was ended while it wrote. */
const ownName = /^[\da-f]{64}\.index(?:\.\d+\.part)?$/;

export interface FileIndexCacheOptions {
  /** All files together; those used longest ago are removed. Default 1 GiB. */
  readonly limitInBytes?: number;
  /** Default 32. */
  readonly maxFiles?: number;
}

/**
 * Keeps indexes of containers as files in a folder that only this user can enter, made where it is
 * missing. Files of another user, links, and files that others may write count as none. Nothing is
 * thrown: where the folder cannot be used, nothing is kept.
 */
export function fileIndexCache(
  folder: string,
  { limitInBytes = defaultLimitInBytes, maxFiles = defaultMaxFiles }: FileIndexCacheOptions = {},
): IndexCache {
  return {
    load: (of) => attempt(() => readOwn(folder, pathIn(folder, of), maxFileInBytes)),
    store(of, bytes) {
      if (bytes.length <= Math.min(maxFileInBytes, limitInBytes)) {
        writeOwn(folder, pathIn(folder, of), bytes);
        attempt(() => removeOldest(folder, ownName, limitInBytes, maxFiles));
      }
    },
  };
}

function pathIn(folder: string, { version, place, ends }: IndexOf): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([version, place]))
    .update(ends);
  return join(folder, `${digest.digest('hex')}.index`);
}
