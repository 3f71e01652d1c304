import { type Kernel, type Progress, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { containerOf, listNodes, WalkNotes } from '../containers/index.ts';
import type { Amount } from '../memory/vm-counters.ts';
import { pointer, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';

/** More block devices than any machine has, partitions included. */
const maxInodes = 2 ** 20;
const inodesPerStep = 512;

/**
 * The inodes of all block devices, each within its `struct bdev_inode`. Damage of their list goes
 * to the notes. None where symbols or types do not lead to them. Source: Linux, block/bdev.c
 * (blockdev_superblock).
 */
export function* blockInodes(
  kernel: Kernel,
  notes: WalkNotes,
): Generator<VirtualAddress, void, void> {
  const { symbols, memory, types } = kernel;
  const at = symbols.find('blockdev_superblock')?.address;
  const inodes = types.struct('super_block')?.member('s_inodes');
  if (at === undefined || inodes === undefined || types.struct('inode') === undefined) {
    return;
  }
  const superBlock = tryRead(() => memory.readPointer(at));
  if (superBlock === undefined || superBlock === 0n) {
    return;
  }
  const head = superBlock + BigInt(inodes.offsetInBytes);
  for (const node of listNodes(kernel, head, notes, {
    name: 'blockdev_superblock->s_inodes',
    limit: maxInodes,
  })) {
    yield containerOf(kernel, 'inode', 'i_sb_list', node);
  }
}

/**
 * The pages that cache block devices themselves, which /proc/meminfo calls Buffers. Undefined where
 * they cannot be counted completely. Source: Linux, block/bdev.c (nr_blockdev_pages).
 */
export function* blockDeviceCachePages(
  kernel: Kernel,
): Generator<Progress, Amount | undefined, void> {
  const inode = knownReader(kernel, 'inode', { mapping: pointer('i_mapping') });
  const space = knownReader(kernel, 'address_space', { pages: wide('nrpages') });
  if (inode === undefined || space === undefined) {
    return undefined;
  }
  const notes = new WalkNotes();
  let all = 0n;
  let count = 0;
  for (const at of blockInodes(kernel, notes)) {
    const mapping = inode.tryRead(at)?.mapping;
    const pages = mapping === undefined ? undefined : space.tryRead(mapping)?.pages;
    if (pages === undefined) {
      return undefined;
    }
    all += pages;
    if (++count % inodesPerStep === 0) {
      yield { kind: 'progress', doing: 'walking the block devices', fraction: null };
    }
  }
  return count === 0 || notes.all.length > 0
    ? undefined
    : { shown: all, exact: all, from: 'i_mapping->nrpages of block devices' };
}
