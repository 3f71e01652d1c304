import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { number, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { symbolNameAt } from '../reading/symbol-name.ts';
import { dentryName } from './dentry-name.ts';
import { inodeAt } from './inode.ts';
import { type FilePath, type PathPlace, pathOf } from './path-of.ts';
import { superBlockAt } from './super-block.ts';

/** How a file without a folder is called, by the function that its file system has for that. */
type Naming = (facts: { readonly name: string; readonly inode: string; readonly type: string }) => {
  readonly path: string;
  readonly isDeleted?: boolean;
};

const numbered: Naming = ({ type, inode }) => ({ path: `${type}:[${inode}]` });

/**
 * Sources: Linux, net/socket.c, fs/pipe.c, fs/anon_inodes.c, fs/nsfs.c, fs/d_path.c, fs/pidfs.c.
 */
const namings: ReadonlyMap<string, Naming> = new Map<string, Naming>([
  ['sockfs_dname', ({ inode }) => ({ path: `socket:[${inode}]` })],
  ['pipefs_dname', ({ inode }) => ({ path: `pipe:[${inode}]` })],
  ['anon_inodefs_dname', ({ name }) => ({ path: `anon_inode:${name}` })],
  ['ns_dname', ({ name, inode }) => ({ path: `${name}:[${inode}]` })],
  ['pidfs_dname', () => ({ path: 'anon_inode:[pidfd]' })],
  ['dmabuffs_dname', ({ name }) => ({ path: `/dmabuf:${name}` })],
  ['simple_dname', ({ name }) => ({ path: `/${name}`, isDeleted: true })],
]);

/** The same by the file system's type, where no symbol names the function. */
const namingsByType: ReadonlyMap<string, string> = new Map([
  ['sockfs', 'sockfs_dname'],
  ['pipefs', 'pipefs_dname'],
  ['anon_inodefs', 'anon_inodefs_dname'],
  ['nsfs', 'ns_dname'],
  ['pidfs', 'pidfs_dname'],
  ['dmabuf', 'dmabuffs_dname'],
  ['tmpfs', 'simple_dname'],
  ['hugetlbfs', 'simple_dname'],
]);

const readersOf = perKernel((kernel: Kernel) => ({
  dentry: knownReader(kernel, 'dentry', {
    parent: pointer('d_parent'),
    operations: pointer('d_op'),
    inode: pointer('d_inode'),
    superBlock: pointer('d_sb'),
    name: pointer('d_name.name'),
    length: number('d_name.len'),
  }),
  operations: knownReader(kernel, 'dentry_operations', { naming: pointer('d_dname') }),
  mount: knownReader(kernel, 'vfsmount', { root: pointer('mnt_root') }),
}));

/**
 * The path of a file as `/proc` shows it, without ` (deleted)`: `socket:[42]`, `/memfd:name`, or
 * the path that `pathOf` finds. Undefined where nothing of it can be read. Source: Linux,
 * fs/d_path.c (d_path).
 */
export function shownPathOf(kernel: Kernel, place: PathPlace): FilePath | undefined {
  const unfiled = unfiledPathOf(kernel, place);
  return unfiled === 'unknown' ? undefined : (unfiled ?? pathOf(kernel, place));
}

/** Undefined for a file that lies in a folder. */
function unfiledPathOf(
  kernel: Kernel,
  { mount, dentry }: PathPlace,
): FilePath | 'unknown' | undefined {
  const readers = readersOf(kernel);
  const values = readers.dentry?.tryRead(dentry);
  const operations =
    values === undefined || values.operations === 0n
      ? undefined
      : readers.operations?.tryRead(values.operations);
  if (values !== undefined && values.operations !== 0n && operations === undefined) {
    // What is in no folder may have a name that only these know.
    return values.parent === dentry && !isMountRoot(kernel, mount, dentry) ? 'unknown' : undefined;
  }
  if (values === undefined || operations === undefined || operations.naming === 0n) {
    return undefined;
  }
  if (values.parent === dentry && isMountRoot(kernel, mount, dentry)) {
    return undefined;
  }
  const type = superBlockAt(kernel, values.superBlock)?.type ?? '';
  const naming =
    namings.get(symbolNameAt(kernel, operations.naming) ?? '') ??
    namings.get(namingsByType.get(type) ?? '');
  if (naming === undefined && type === '') {
    return 'unknown';
  }
  const inode = inodeAt(kernel, values.inode)?.number;
  const { path, isDeleted = false } = (naming ?? numbered)({
    name: dentryName(kernel, values) ?? '…',
    inode: inode === undefined ? '…' : String(inode),
    type,
  });
  return { path, isDeleted, isComplete: naming !== undefined && !path.includes('…') };
}

function isMountRoot(kernel: Kernel, mount: VirtualAddress, dentry: VirtualAddress): boolean {
  return readersOf(kernel).mount?.tryRead(mount)?.root === dentry;
}
