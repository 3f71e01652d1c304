import type { Dirent } from 'node:fs';
import { lstat, opendir, stat, statfs } from 'node:fs/promises';
import type { NamedFile } from './named-file.ts';

/**
 * File systems whose files the kernel makes up. Reading one may wait, or do something to a device.
 * Source: Linux, include/uapi/linux/magic.h: PROC_SUPER_MAGIC, SYSFS_MAGIC, DEBUGFS_MAGIC,
 * TRACEFS_MAGIC, SECURITYFS_MAGIC, CONFIGFS_MAGIC.
 */
const madeUp: ReadonlySet<number> = new Set([
  0x9fa0, 0x62656572, 0x64626720, 0x74726163, 0x73636673, 0x62656570,
]);

/** Names of one folder are sorted, and so held in memory. */
const mostNames = 1_000_000;
/** No path that the operating system takes is much deeper. */
const mostDepth = 256;

/** What a walk says of files and folders that it does not give. */
export interface WalkListener {
  /** It is a file, and no dump can be in it. */
  passedOver(path: string, because: string): Promise<void>;
  /** Something was not searched, and a dump may be in it. */
  notSearched(path: string, cause: unknown): Promise<void>;
}

interface Pending {
  readonly path: string;
  readonly depth: number;
  /** Of the folder in which it lies. */
  readonly device: number | null;
}

/**
 * Every regular file in a folder and below: those of a folder in the order of their names, then
 * its folders. Hidden ones too, as `find` and `grep -r` do. Symbolic links that it meets are not
 * followed; pipes, sockets and devices are never opened, nor is an empty file. Holds the names of
 * one folder, and of the folders still to come. Rejects on the signal.
 */
export async function* walkFolder(
  root: string,
  listener: WalkListener,
  signal: AbortSignal,
): AsyncGenerator<NamedFile, void, void> {
  const pending: Pending[] = [{ path: root, depth: 0, device: null }];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    signal.throwIfAborted();
    const names = await namesIn(folder, listener, signal);
    for (const name of names.files) {
      signal.throwIfAborted();
      const path = inside(folder.path, name);
      const size = await sizeOf(path);
      if (size === 0) {
        await listener.passedOver(path, 'an empty file');
      } else {
        yield { path, foundIn: folder.path };
      }
    }
    const { device } = names;
    for (const name of names.folders.toReversed()) {
      pending.push({ path: inside(folder.path, name), depth: folder.depth + 1, device });
    }
  }
}

interface Names {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  readonly device: number | null;
}

/** What lies in a folder, sorted; nothing where it cannot be read, or is not to be. */
async function namesIn(
  { path, depth, device }: Pending,
  listener: WalkListener,
  signal: AbortSignal,
): Promise<Names> {
  const files: string[] = [];
  const folders: string[] = [];
  let own = device;
  try {
    own = (await stat(path)).dev;
    const because =
      depth > mostDepth
        ? `it lies more than ${mostDepth} folders deep`
        : own !== device && madeUp.has((await statfs(path)).type)
          ? 'its files are made up by the kernel'
          : undefined;
    if (because !== undefined) {
      await listener.notSearched(path, because);
      return { files, folders, device: own };
    }
    for await (const entry of await opendir(path)) {
      signal.throwIfAborted();
      if (files.length + folders.length >= mostNames) {
        await listener.notSearched(path, `its files after the first ${mostNames}`);
        break;
      }
      const kind = await kindOf(entry, inside(path, entry.name));
      if (kind !== undefined) {
        (kind === 'file' ? files : folders).push(entry.name);
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    await listener.notSearched(path, error);
  }
  return { files: files.sort(), folders: folders.sort(), device: own };
}

type Kind = 'file' | 'folder' | undefined;

/** Some file systems do not say with the name what it is of. */
async function kindOf(entry: Dirent, path: string): Promise<Kind> {
  if (entry.isFile()) {
    return 'file';
  }
  if (entry.isDirectory()) {
    return 'folder';
  }
  const isOther =
    entry.isSymbolicLink() ||
    entry.isFIFO() ||
    entry.isSocket() ||
    entry.isBlockDevice() ||
    entry.isCharacterDevice();
  if (isOther) {
    return undefined;
  }
  const found = await lstat(path);
  return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : undefined;
}

/** Undefined where the file cannot be asked: opening it says why. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).size;
  } catch {
    return undefined;
  }
}

/** Never normalised: `./-name` must stay so, or it reads as an option. */
function inside(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}
