import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type KernelCache, type KernelCachePart, kernelCacheParts } from '@vmcorekit/core';

/** Some twenty kernels: one has 3 to 6 MB each of types, of symbols and of unwind rules. */
const defaultLimitInBytes = 256 * 1024 * 1024;
/** The largest file that is read; a kernel's types have at most 64 MiB. */
const maxFileInBytes = 65 * 1024 * 1024;
const othersMayWrite = 0o022;
const othersMayEnter = 0o077;
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
      return path === undefined ? undefined : attempt(() => readOwn(folder, path));
    },
    store: (buildId, part, bytes) => {
      const path = pathIn(folder, buildId, part);
      if (path !== undefined && bytes.length <= Math.min(maxFileInBytes, limitInBytes)) {
        writeOwn(folder, path, bytes);
        attempt(() => removeOldest(folder, limitInBytes));
      }
    },
  };
}

function pathIn(folder: string, buildId: string, part: KernelCachePart): string | undefined {
  return buildIdPattern.test(buildId) ? join(folder, `${buildId}.${part}`) : undefined;
}

function readOwn(folder: string, path: string): Uint8Array | undefined {
  if (!isPrivate(folder)) {
    return undefined;
  }
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const status = fstatSync(file);
    const isOwn =
      status.isFile() && isOurs(status) && (status.mode & forOthers(othersMayWrite)) === 0;
    if (!isOwn || status.size > maxFileInBytes) {
      return undefined;
    }
    const bytes = readFileSync(file);
    // Marks it as used: the time of access is not kept on many file systems.
    attempt(() => utimesSync(path, new Date(), new Date()));
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** Whole or not at all, also where another process writes the same. */
function writeOwn(folder: string, path: string, bytes: Uint8Array): void {
  const part = `${path}.${process.pid}.part`;
  const isWritten = attempt(() => {
    if (!makePrivate(folder)) {
      return false;
    }
    writeFileSync(part, bytes, { mode: 0o600, flag: 'wx' });
    renameSync(part, path);
    return true;
  });
  if (isWritten === undefined) {
    attempt(() => unlinkSync(part));
  }
}

/** Makes the folder only within one of ours: root does not leave its own in a user's home. */
function makePrivate(folder: string): boolean {
  const missing: string[] = [];
  let parent = folder;
  while (!existsSync(parent)) {
    missing.unshift(parent);
    parent = dirname(parent);
  }
  if (!isOurs(statSync(parent))) {
    return false;
  }
  for (const each of missing) {
    // Not `recursive`: with it Node 20 never returns where nothing can be made, as in /proc.
    mkdirSync(each, { mode: 0o700 });
  }
  return isPrivate(folder);
}

/**
 * Nor may others have chosen where the folder lies: the one above it is no link, ours, and only we
 * can put another in its place.
 */
function isPrivate(folder: string): boolean {
  return isOwnFolder(folder, othersMayEnter) && isOwnFolder(dirname(folder), othersMayWrite);
}

function isOwnFolder(folder: string, forbidden: number): boolean {
  const status = lstatSync(folder);
  return status.isDirectory() && isOurs(status) && (status.mode & forOthers(forbidden)) === 0;
}

/** Windows has neither users nor modes here: a user's profile is private by its access list. */
function isOurs({ uid }: Stats): boolean {
  return process.geteuid === undefined || uid === process.geteuid();
}

function forOthers(mode: number): number {
  return process.geteuid === undefined ? 0 : mode;
}

/** Never a file that is none of ours. */
function removeOldest(folder: string, limitInBytes: number): void {
  const files = readdirSync(folder)
    .filter((name) => ownName.test(name))
    .map((name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = lstatSync(path);
      return { path, size, mtimeMs };
    })
    .toSorted((one, other) => other.mtimeMs - one.mtimeMs);
  let total = 0;
  for (const { path, size } of files) {
    total += size;
    if (total > limitInBytes) {
      attempt(() => unlinkSync(path));
    }
  }
}

/** Undefined where the file system refuses. */
function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
