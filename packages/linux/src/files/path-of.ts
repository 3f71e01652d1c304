import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { utf8Text } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { perKernel } from '../per-kernel.ts';
import { number, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';

/** Linux allows 4096 bytes of path; each component takes two. */
const maxComponents = 2048;
const maxMounts = 256;
/** NAME_MAX. Source: Linux, include/uapi/linux/limits.h. */
const maxNameInBytes = 255;

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
 * mounted on. Undefined where nothing of it can be read. Source: Linux, fs/d_path.c (prepend_path).
 */
export function pathOf(kernel: Kernel, { mount, dentry }: PathPlace): FilePath | undefined {
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
  for (let mounts = 0; names.length < maxComponents && mounts < maxMounts; ) {
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
    const bytes =
      values.length > 0 && values.length <= maxNameInBytes
        ? kernel.memory.tryRead(values.name, values.length)
        : undefined;
    if (isRoot) {
      // A file that is in no folder, as a pipe is: its root has its kind for a name.
      if (bytes !== undefined && names.length === 0 && utf8Text(bytes) !== '/') {
        names.push(utf8Text(bytes));
      }
      isComplete = ofMount !== undefined;
      break;
    }
    if (bytes === undefined) {
      break;
    }
    names.push(utf8Text(bytes));
    at = values.parent;
  }
  if (names.length === 0 && !isComplete) {
    return undefined;
  }
  const path = `${isComplete ? '' : '…'}/${names.toReversed().join('/')}`;
  return { path, isDeleted, isComplete };
}
