import { hex } from '@vmcorekit/core';
import { fileSystemOptionsOf, type Mounts, mountOptionsOf } from '@vmcorekit/linux';

/** A mount. Null means "not proved", unless said otherwise. */
export interface MountMount {
  /** Of its `struct mount`, hexadecimal. */
  readonly mount: string;
  /** Of the `struct super_block`. */
  readonly superBlock: string;
  readonly id: number;
  readonly parentId: number | null;
  readonly type: string | null;
  /** The number of the device: `8:1`. */
  readonly device: string | null;
  /** What was mounted: `/dev/vda1`, `tmpfs`. */
  readonly source: string | null;
  /** From the root of the namespace on. */
  readonly path: string | null;
  /** False for a mount that the task cannot reach: it lies outside of the task's root. */
  readonly isReachable: boolean | null;
  /** What is mounted, within its file system: `/` for all of it. */
  readonly rootInFileSystem: string | null;
  /** Of this mount: `rw`, `nosuid`, `relatime`. */
  readonly options: readonly string[];
  /** Of the file system, without those that only its driver knows. */
  readonly fileSystemOptions: readonly string[] | null;
  /** The number of its peer group; null for a mount that is not shared. */
  readonly sharedGroup: number | null;
  /** The peer group that it follows; null for none. */
  readonly masterGroup: number | null;
  readonly isUnbindable: boolean;
  /** The number of its namespace, as `/proc/PID/ns/mnt` shows it. */
  readonly namespace: number | null;
}

/** The `data` of the `mount` analyzer. */
export interface MountReport {
  readonly mounts: readonly MountMount[];
}

export function mountMounts({ mounts, namespaceNumber }: Mounts): MountMount[] {
  return mounts.map((each) => ({
    mount: hex(each.address),
    superBlock: hex(each.superBlockAddress),
    id: each.id,
    parentId: each.parentId,
    type: each.superBlock?.type ?? null,
    device: each.superBlock?.device ?? null,
    source: each.source,
    path: each.path,
    isReachable: each.isReachable,
    rootInFileSystem: each.rootInFileSystem,
    options: mountOptionsOf(each.flags),
    fileSystemOptions: each.superBlock === null ? null : fileSystemOptionsOf(each.superBlock.flags),
    sharedGroup: each.sharedGroup,
    masterGroup: each.masterGroup,
    isUnbindable: each.isUnbindable,
    namespace: namespaceNumber,
  }));
}
