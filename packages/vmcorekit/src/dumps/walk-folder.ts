import { type Dirent, statSync } from 'node:fs';
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

/** The names of one folder are sorted, so they are all in memory. */
const maxNames = 1_000_000;
/** The operating system takes hardly any path that is deeper. */
const maxDepth = 256;

/** Hears of the files and folders that a walk does not give. */
export interface WalkListener {
  /** A file that cannot hold a dump. */
  passedOver(path: string, because: string): Promise<void>;
  /** Something that was not searched and may hold a dump. */
  notSearched(path: string, cause: unknown): Promise<void>;
}

interface Pending {
  readonly path: string;
  readonly depth: number;
  /** Of the folder in which it lies. */
  readonly device: number | null;
}

/**
 * Every regular file in a folder and below. The files of a folder come in the order of their names,
 * then its folders. Hidden ones are included, as `find` and `grep -r` do. Never follows a symbolic
 * link that it meets, and never opens a pipe, a socket, a device or an empty file. Holds the names
 * of one folder, and of the folders still to come. Rejects on the signal.
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

/** The entries of a folder, sorted; empty if it cannot be read, or must not be. */
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
      depth > maxDepth
        ? `it lies more than ${maxDepth} folders deep`
        : own !== device && madeUp.has((await statfs(path)).type)
          ? 'its files are made up by the kernel'
          : undefined;
    if (because !== undefined) {
      await listener.notSearched(path, because);
      return { files, folders, device: own };
    }
    for await (const entry of await opendir(path)) {
      signal.throwIfAborted();
      if (files.length + folders.length >= maxNames) {
        await listener.notSearched(path, `its files after the first ${maxNames}`);
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

/** Some file systems do not give the type of a file with its name. */
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

/** Undefined if the file gives no status. Opening it says why. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).size;
  } catch {
    return undefined;
  }
}

/** Never normalised: without its dot, `./-name` would read as an option. */
function inside(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

/** Whether a path leads to a folder, also through a link. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
