import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { perKernel } from '../per-kernel.ts';
import { number, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { dentryName } from './dentry-name.ts';

/** Linux allows 4096 bytes of path; each component takes two. */
const maxComponents = 2048;
const maxMounts = 256;

/** Where a file lies, from the root of its mounts on. */
export interface FilePath {
  readonly path: string;
  /** True for a file that no folder names any more. */
  readonly isDeleted: boolean;
  /** True where the walk reached a root; else `path` is its end, after `…`. */
  readonly isComplete: boolean;
}

/** A `struct path`: a file, and the mount through which it is seen. */
export interface PathPlace {
  /** Of the `struct vfsmount`. */
  readonly mount: VirtualAddress;
  readonly dentry: VirtualAddress;
}

const readersOf = perKernel((kernel: Kernel) => {
  const path = knownReader(kernel, 'path', { mount: pointer('mnt'), dentry: pointer('dentry') });
  const dentry = knownReader(kernel, 'dentry', {
    parent: pointer('d_parent'),
    name: pointer('d_name.name'),
    length: number('d_name.len'),
    hashed: pointer('d_hash.pprev'),
  });
  const mount = knownReader(kernel, 'mount', {
    root: pointer('mnt.mnt_root'),
    parent: pointer('mnt_parent'),
    mountpoint: pointer('mnt_mountpoint'),
  });
  return path === undefined || dentry === undefined || mount === undefined
    ? undefined
    : { path, dentry, mount };
});

/** Reads a `struct path` in memory; undefined where it cannot be read, and for an empty one. */
export function pathPlaceAt(kernel: Kernel, address: VirtualAddress): PathPlace | undefined {
  const place = readersOf(kernel)?.path.tryRead(address);
  return place === undefined || place.dentry === 0n || place.mount === 0n ? undefined : place;
}

/**
 * The path of a file: up by `d_parent` to the root of its mount, then from the place where that is
 * mounted on. Undefined where nothing of it can be read. With `below`, the walk ends there, and
 * undefined is also for a file that does not lie below it. Source: Linux, fs/d_path.c
 * (prepend_path).
 */
export function pathOf(
  kernel: Kernel,
  { mount, dentry }: PathPlace,
  below?: PathPlace,
): FilePath | undefined {
  const readers = readersOf(kernel);
  if (readers === undefined) {
    return undefined;
  }
  let mountAt = containerOf(kernel, 'mount', 'mnt', mount);
  let ofMount = readers.mount.tryRead(mountAt);
  let at = dentry;
  let isComplete = false;
  let isDeleted = false;
  const names: string[] = [];
  let isBelow = below === undefined;
  const end = below === undefined ? undefined : containerOf(kernel, 'mount', 'mnt', below.mount);
  for (let mounts = 0; names.length < maxComponents && mounts < maxMounts; ) {
    if (at === below?.dentry && mountAt === end) {
      isBelow = true;
      isComplete = true;
      break;
    }
    if (ofMount !== undefined && at === ofMount.root) {
      if (ofMount.parent === mountAt) {
        isComplete = true;
        break;
      }
      at = ofMount.mountpoint;
      mountAt = ofMount.parent;
      ofMount = readers.mount.tryRead(mountAt);
      mounts++;
      continue;
    }
    const values = readers.dentry.tryRead(at);
    if (values === undefined) {
      break;
    }
    const isRoot = values.parent === at;
    if (at === dentry) {
      isDeleted = values.hashed === 0n && !isRoot;
    }
    const name = nameOf(kernel, values);
    if (isRoot) {
      // A file that is in no folder, as a pipe is: its root has its kind for a name.
      if (name !== undefined && names.length === 0 && name !== '/') {
        names.push(name);
      }
      isComplete = ofMount !== undefined;
      break;
    }
    if (name === undefined) {
      break;
    }
    names.push(name);
    at = values.parent;
  }
  return isBelow ? pathFrom(names, isDeleted, isComplete) : undefined;
}

/**
 * The path of a file within its file system, whatever is mounted where: up by `d_parent` alone.
 * Undefined where nothing of it can be read. Source: Linux, fs/d_path.c (dentry_path).
 */
export function pathWithin(kernel: Kernel, dentry: VirtualAddress): FilePath | undefined {
  const readers = readersOf(kernel);
  const names: string[] = [];
  let isDeleted = false;
  let isComplete = false;
  for (let at = dentry; readers !== undefined && names.length < maxComponents; ) {
    const values = readers.dentry.tryRead(at);
    if (values === undefined || values.parent === at) {
      isComplete = values !== undefined;
      break;
    }
    isDeleted ||= at === dentry && values.hashed === 0n;
    const name = nameOf(kernel, values);
    if (name === undefined) {
      break;
    }
    names.push(name);
    at = values.parent;
  }
  return pathFrom(names, isDeleted, isComplete);
}

/** Of names from the file up; undefined where nothing of it was read. */
function pathFrom(
  names: readonly string[],
  isDeleted: boolean,
  isComplete: boolean,
): FilePath | undefined {
  const path = `${isComplete ? '' : '…'}/${names.toReversed().join('/')}`;
  return names.length === 0 && !isComplete ? undefined : { path, isDeleted, isComplete };
}

/** Undefined for a name that no file can have. */
function nameOf(
  kernel: Kernel,
  values: { readonly name: VirtualAddress; readonly length: number },
): string | undefined {
  return values.length === 0 ? undefined : dentryName(kernel, values);
}
