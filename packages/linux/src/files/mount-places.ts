import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { offsetOf } from '../containers/container-of.ts';
import { type PathPlace, pathOf, pathWithin } from './path-of.ts';

/** Where a mount is, and what part of its file system it shows. Null means "not proved". */
export interface MountPlaces {
  /** From the root of the namespace on. */
  readonly path: string | null;
  /** False outside of the root of the task asked about; null where the way up cannot be read. */
  readonly isReachable: boolean | null;
  /** Of the folder or file that is mounted, within its file system: `/` for all of it. */
  readonly rootInFileSystem: string | null;
  readonly rootDentry: VirtualAddress;
  readonly mountpointDentry: VirtualAddress;
  /** Of the `struct mount` that it is mounted on; its own for the root of a namespace. */
  readonly parent: VirtualAddress;
}

/** What leads to a mount. */
export interface MountLinks {
  readonly address: VirtualAddress;
  readonly root: VirtualAddress;
  readonly mountpoint: VirtualAddress;
  readonly parent: VirtualAddress;
}

/** `taskRoot` is the root of the task asked about. */
export function mountPlacesOf(
  kernel: Kernel,
  { address, root, mountpoint, parent }: MountLinks,
  taskRoot: PathPlace | null,
): MountPlaces {
  const place = { mount: address + offsetOf(kernel, 'mount', 'mnt'), dentry: root };
  const shown = pathOf(kernel, place);
  const within = pathWithin(kernel, root);
  const isWhole = shown?.isComplete === true;
  const isBelow = taskRoot !== null && pathOf(kernel, place, taskRoot) !== undefined;
  return {
    path: isWhole ? shown.path : null,
    isReachable: isBelow || (taskRoot !== null && isWhole ? false : null),
    rootInFileSystem: within?.isComplete === true ? within.path : null,
    rootDentry: root,
    mountpointDentry: mountpoint,
    parent,
  };
}
