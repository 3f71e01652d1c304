import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { perKernel } from '../per-kernel.ts';
import { number, place, pointer, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import type { FileType } from './file-type.ts';
import { inodeAt } from './inode.ts';
import { type FilePath, type PathPlace, pathPlaceAt } from './path-of.ts';
import { shownPathOf } from './shown-path.ts';

/** A `struct file`. Null means "not proved". */
export interface OpenedFile {
  /** Of the `struct file`. */
  readonly address: VirtualAddress;
  readonly dentry: VirtualAddress | null;
  readonly inode: VirtualAddress;
  readonly inodeNumber: bigint | null;
  readonly type: FileType | null;
  readonly path: FilePath | null;
  /** As `/proc/PID/fdinfo` shows them, O_RDONLY and so on. */
  readonly flags: number;
  readonly positionInBytes: bigint;
  /** The number of its mount, as `mountinfo` shows it. */
  readonly mountId: number | null;
}

const readersOf = perKernel((kernel: Kernel) => ({
  file: knownReader(kernel, 'file', {
    path: place('f_path'),
    inode: pointer('f_inode'),
    flags: number('f_flags'),
    position: wide('f_pos'),
  }),
  mount: knownReader(kernel, 'mount', {
    id: number('mnt_id'),
    superBlock: pointer('mnt.mnt_sb'),
  }),
  dentry: knownReader(kernel, 'dentry', { superBlock: pointer('d_sb') }),
}));

/** Undefined where the kernel's types do not describe files, or this one cannot be read. */
export function openedFileAt(kernel: Kernel, address: VirtualAddress): OpenedFile | undefined {
  const { file } = readersOf(kernel);
  const values = file?.tryRead(address);
  if (values === undefined) {
    return undefined;
  }
  const where = pathPlaceAt(kernel, values.path);
  const inode = inodeAt(kernel, values.inode);
  return {
    address,
    dentry: where?.dentry ?? null,
    inode: values.inode,
    inodeNumber: inode?.number ?? null,
    type: inode?.type ?? null,
    path: where === undefined ? null : (shownPathOf(kernel, where) ?? null),
    flags: values.flags,
    positionInBytes: values.position,
    mountId: where === undefined ? null : mountIdOf(kernel, where),
  };
}

/** A mount is believed where it shows the file system that its dentry is of. */
function mountIdOf(kernel: Kernel, where: PathPlace): number | null {
  const readers = readersOf(kernel);
  const mount = readers.mount?.tryRead(containerOf(kernel, 'mount', 'mnt', where.mount));
  const dentry = readers.dentry?.tryRead(where.dentry);
  return mount !== undefined && mount.superBlock === dentry?.superBlock ? mount.id : null;
}
