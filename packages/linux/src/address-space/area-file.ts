import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { inodeAt } from '../files/inode.ts';
import { type FilePath, type PathPlace, pathPlaceAt } from '../files/path-of.ts';
import { shownPathOf } from '../files/shown-path.ts';
import { superBlockAt } from '../files/super-block.ts';
import { perKernel } from '../per-kernel.ts';
import { number, place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';

/**
 * FMODE_BACKING is one of these bits, by the version; later ones use the other for something else.
 * Source: Linux, include/linux/fs.h, since 6.5.
 */
const backingFlags = 0x3000000;

/** The file of an area, as `/proc/PID/maps` shows it. Null means "not proved". */
export interface AreaFile {
  /** Of the `struct file`. */
  readonly address: VirtualAddress;
  readonly path: FilePath | null;
  readonly device: string | null;
  readonly inode: VirtualAddress | null;
  readonly inodeNumber: bigint | null;
}

const readersOf = perKernel((kernel: Kernel) => ({
  file: knownReader(kernel, 'file', {
    path: place('f_path'),
    inode: pointer('f_inode'),
    mode: number('f_mode'),
  }),
  // Since Linux 6.7; before, f_path was the path that the user knows.
  backing: knownReader(kernel, 'backing_file', { path: place('user_path') }),
  dentry: knownReader(kernel, 'dentry', {
    inode: pointer('d_inode'),
    superBlock: pointer('d_sb'),
  }),
  mount: knownReader(kernel, 'vfsmount', { superBlock: pointer('mnt_sb') }),
}));

/**
 * A file of a stacked file system maps the pages of the file below it. `/proc` shows the upper one.
 * Source: Linux, fs/file_table.c (backing_file_user_path).
 */
export function areaFileAt(kernel: Kernel, address: VirtualAddress): AreaFile {
  const { file } = readersOf(kernel);
  const values = file?.tryRead(address);
  if (values === undefined) {
    return { address, path: null, device: null, inode: null, inodeNumber: null };
  }
  const upper = (values.mode & backingFlags) === 0 ? undefined : upperFileOf(kernel, address);
  const where = upper ?? pathPlaceAt(kernel, values.path);
  const inodeAddress = upper?.inode ?? values.inode;
  const inode = inodeAt(kernel, inodeAddress);
  return {
    address,
    path: where === undefined ? null : (shownPathOf(kernel, where) ?? null),
    device: inode === undefined ? null : (superBlockAt(kernel, inode.superBlock)?.device ?? null),
    inode: inodeAddress,
    inodeNumber: inode?.number ?? null,
  };
}

/** Undefined where what lies after the `struct file` is no path, so that it is a plain file. */
function upperFileOf(
  kernel: Kernel,
  address: VirtualAddress,
): (PathPlace & { readonly inode: VirtualAddress }) | undefined {
  const { backing, dentry, mount } = readersOf(kernel);
  const at = backing?.tryRead(address)?.path;
  const where = at === undefined ? undefined : pathPlaceAt(kernel, at);
  const values = where === undefined ? undefined : dentry?.tryRead(where.dentry);
  if (where === undefined || values === undefined || values.inode === 0n) {
    return undefined;
  }
  return mount?.tryRead(where.mount)?.superBlock === values.superBlock
    ? { ...where, inode: values.inode }
    : undefined;
}
