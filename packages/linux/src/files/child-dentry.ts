import type { Kernel, Progress, VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { hlistNodes } from '../containers/hlist.ts';
import { listNodes } from '../containers/list.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { perKernel } from '../per-kernel.ts';
import { number, place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { dentryName } from './dentry-name.ts';

/** No folder that a kernel has in memory has more names. */
const maxChildren = 2 ** 22;
const childrenPerStep = 512;

/** A name in a folder. */
export interface ChildDentry {
  readonly address: VirtualAddress;
  /** 0 where the kernel remembers that there is no such file. */
  readonly inode: VirtualAddress;
}

const readersOf = perKernel((kernel: Kernel) => ({
  // A list up to Linux 6.7, a hash list since.
  listed: knownReader(kernel, 'dentry', { head: place('d_subdirs'), link: place('d_child') }),
  hashed: knownReader(kernel, 'dentry', { head: place('d_children'), link: place('d_sib') }),
  child: knownReader(kernel, 'dentry', {
    name: pointer('d_name.name'),
    length: number('d_name.len'),
    inode: pointer('d_inode'),
    parent: pointer('d_parent'),
  }),
}));

/** Whether the kernel's types describe the names in folders. */
export function knowsChildren(kernel: Kernel): boolean {
  const { listed, hashed, child } = readersOf(kernel);
  return child !== undefined && (listed !== undefined || hashed !== undefined);
}

/** The name in a folder, as far as the kernel has it in memory; undefined where it has not. */
export function* childNamed(
  kernel: Kernel,
  folder: VirtualAddress,
  name: string,
  notes: WalkNotes,
): Generator<Progress, ChildDentry | undefined, void> {
  const { child } = readersOf(kernel);
  let looked = 0;
  let found: ChildDentry | undefined;
  for (const address of children(kernel, folder, notes)) {
    if (++looked % childrenPerStep === 0) {
      yield { kind: 'progress', doing: 'looking for the name in a folder', fraction: null };
    }
    const values = child?.tryRead(address);
    if (
      values === undefined ||
      values.length < name.length ||
      values.parent !== folder ||
      dentryName(kernel, values) !== name
    ) {
      continue;
    }
    // A deleted file may stay beside a new one of the same name, or beside word that there is none.
    found = { address, inode: values.inode };
    if (values.inode !== 0n) {
      return found;
    }
  }
  return found;
}

function* children(
  kernel: Kernel,
  folder: VirtualAddress,
  notes: WalkNotes,
): Generator<VirtualAddress, void, void> {
  const { listed, hashed } = readersOf(kernel);
  const options = { limit: maxChildren, name: 'the names in a folder' };
  if (listed !== undefined) {
    for (const node of listNodes(kernel, listed.read(folder).head, notes, options)) {
      yield containerOf(kernel, 'dentry', 'd_child', node);
    }
  } else if (hashed !== undefined) {
    for (const node of hlistNodes(kernel, hashed.read(folder).head, notes, options)) {
      yield containerOf(kernel, 'dentry', 'd_sib', node);
    }
  }
}
