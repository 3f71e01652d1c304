import { hex, type Kernel, type VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { listNodes } from '../containers/list.ts';
import { rbNodes } from '../containers/rb-tree.ts';
import { WalkNotes } from '../containers/walk.ts';
import { perKernel } from '../per-kernel.ts';
import { number, optional, place, pointer, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { knownText } from '../reading/known-text.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { type MountPlaces, mountPlacesOf } from './mount-places.ts';
import type { PathPlace } from './path-of.ts';
import { type SuperBlock, superBlockAt } from './super-block.ts';

/** A place that a reader of `/proc` keeps in the list, from Linux 5.8 to 6.7 (MNT_CURSOR). */
const cursorFlag = 0x10000000n;
/** Source: Linux, include/linux/mount.h (MNT_SHARED, MNT_UNBINDABLE). */
const inMountFlags = { shared: 0x1000n, unbindable: 0x2000n } as const;
/** Since Linux 6.17, in a member of their own. Source: Linux, fs/mount.h (T_SHARED). */
const inPropagationFlags = { shared: 1n, unbindable: 2n } as const;
/** The default of fs.mount-max is 100,000. Source: Linux, fs/namespace.c (sysctl_mount_max). */
const maxMounts = 2 ** 20;
const maxNameInBytes = 4096;

/** A mount of a namespace. Null means "not proved". */
export interface Mount extends MountPlaces {
  /** Of the `struct mount`. */
  readonly address: VirtualAddress;
  readonly id: number;
  readonly parentId: number | null;
  readonly superBlock: SuperBlock | null;
  readonly superBlockAddress: VirtualAddress;
  /** What was mounted: `/dev/vda1`, `tmpfs`. */
  readonly source: string | null;
  readonly flags: bigint;
  /** The peer group that it shares mounts with; null for none. */
  readonly sharedGroup: number | null;
  /** The peer group that it receives mounts from; null for none. */
  readonly masterGroup: number | null;
  readonly isUnbindable: boolean;
}

/** The mounts of a namespace. */
export interface Mounts {
  readonly mounts: readonly Mount[];
  /** The number of `/proc/PID/ns/mnt`. */
  readonly namespaceNumber: number | null;
  readonly remarks: readonly string[];
}

const readersOf = perKernel((kernel: Kernel) => ({
  // A list up to Linux 6.7, a tree since; the name of the tree had been a count before.
  listed: knownReader(kernel, 'mnt_namespace', { list: place('list') }),
  inTree: knownReader(kernel, 'mnt_namespace', { tree: place('mounts.rb_node') }),
  numbered: knownReader(kernel, 'mnt_namespace', { number: number('ns.inum') }),
  mount: knownReader(kernel, 'mount', {
    id: number('mnt_id'),
    parent: pointer('mnt_parent'),
    mountpoint: pointer('mnt_mountpoint'),
    root: pointer('mnt.mnt_root'),
    superBlock: pointer('mnt.mnt_sb'),
    flags: wide('mnt.mnt_flags'),
    source: pointer('mnt_devname'),
    group: optional(number('mnt_group_id')),
    master: optional(pointer('mnt_master')),
    propagation: optional(wide('mnt_t_flags')),
  }),
}));

/**
 * The mounts of a namespace, in the kernel's order. `namespace` is of the `struct mnt_namespace` in
 * `nsproxy.mnt_ns`. `taskRoot` decides what is reachable. A sentence where they cannot be found.
 */
export function mountsOf(
  kernel: Kernel,
  namespace: VirtualAddress,
  taskRoot: PathPlace | null = null,
): Mounts | string {
  const readers = readersOf(kernel);
  const { mount: reader } = readers;
  if (reader === undefined || (readers.listed === undefined && readers.inTree === undefined)) {
    return withoutTypes(kernel, 'struct mount and mnt_namespace');
  }
  const notes = new WalkNotes();
  const mounts: Mount[] = [];
  const remarks: string[] = [];
  for (const address of mountAddresses(kernel, namespace, notes)) {
    const values = reader.tryRead(address);
    if (values === undefined) {
      remarks.push(`the mount at ${hex(address)} cannot be read`);
      continue;
    }
    if ((values.flags & cursorFlag) !== 0n) {
      continue;
    }
    const { master } = values;
    const propagation = values.propagation ?? values.flags;
    const { shared, unbindable } = values.propagation === null ? inMountFlags : inPropagationFlags;
    mounts.push({
      address,
      id: values.id,
      parentId: reader.tryRead(values.parent)?.id ?? null,
      ...mountPlacesOf(kernel, { address, ...values }, taskRoot),
      superBlock: superBlockAt(kernel, values.superBlock) ?? null,
      superBlockAddress: values.superBlock,
      source: sourceAt(kernel, values.source),
      flags: values.flags,
      sharedGroup: (propagation & shared) === 0n ? null : values.group,
      masterGroup:
        master === null || master === 0n ? null : (reader.tryRead(master)?.group ?? null),
      isUnbindable: (propagation & unbindable) !== 0n,
    });
  }
  remarks.push(...notes.remarks());
  const namespaceNumber = readers.numbered?.tryRead(namespace)?.number ?? null;
  return { mounts, namespaceNumber, remarks };
}

function* mountAddresses(
  kernel: Kernel,
  namespace: VirtualAddress,
  notes: WalkNotes,
): Generator<VirtualAddress, void, void> {
  const { listed, inTree } = readersOf(kernel);
  const options = { limit: maxMounts, name: 'the mounts of the namespace' };
  if (listed !== undefined) {
    for (const node of listNodes(kernel, listed.read(namespace).list, notes, options)) {
      yield containerOf(kernel, 'mount', 'mnt_list', node);
    }
  } else if (inTree !== undefined) {
    for (const node of rbNodes(kernel, inTree.read(namespace).tree, notes, options)) {
      yield containerOf(kernel, 'mount', 'mnt_node', node);
    }
  }
}

function sourceAt({ memory }: Kernel, at: VirtualAddress): string | null {
  return at === 0n ? 'none' : (knownText(memory, at, maxNameInBytes) ?? null);
}
