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

const othersMayWrite = 0o022;
const othersMayEnter = 0o077;

/**
 * Reads a file of ours in a folder that only we can enter. Undefined where either is not so. Marks
 * it as used.
 */
export function readOwn(
  folder: string,
  path: string,
  maxFileInBytes: number,
): Uint8Array | undefined {
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
    // The time of access is not kept on many file systems.
    attempt(() => utimesSync(path, new Date(), new Date()));
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** Writes a file whole or not at all, also where another process writes the same. */
export function writeOwn(folder: string, path: string, bytes: Uint8Array): void {
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

/** Removes the files used longest ago, and never one that is none of ours. */
export function removeOldest(
  folder: string,
  ownName: RegExp,
  limitInBytes: number,
  maxFiles: number = Number.POSITIVE_INFINITY,
): void {
  const files = readdirSync(folder)
    .filter((name) => ownName.test(name))
    .map((name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = lstatSync(path);
      return { path, size, mtimeMs };
    })
    .toSorted((one, other) => other.mtimeMs - one.mtimeMs);
  let total = 0;
  for (const [index, { path, size }] of files.entries()) {
    total += size;
    if (total > limitInBytes || index >= maxFiles) {
      attempt(() => unlinkSync(path));
    }
  }
}

/** Undefined where the file system refuses. */
export function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
