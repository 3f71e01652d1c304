import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { containerOf, offsetOf, type WalkNotes } from '../containers/index.ts';
import { deviceNumberOf } from '../files/super-block.ts';
import { number, optional, pointer, text, wide } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';
import { blockInodes } from './block-inodes.ts';

/** BD_PARTNO, since Linux 6.10. Source: Linux, include/linux/blk_types.h. */
const partitionMask = 0xff;
const bytesInSector = 512n;

/** A disk or a partition that the kernel has opened once. */
export interface BlockDevice {
  /** Of its `block_device`. */
  readonly address: VirtualAddress;
  /** Of its `gendisk`. */
  readonly disk: VirtualAddress;
  readonly queue: VirtualAddress | null;
  readonly name: string;
  readonly major: number;
  readonly minor: number;
  /** 0 for the whole disk. */
  readonly partition: number;
  /** Null where it is not proved. */
  readonly sizeInBytes: bigint | null;
}

/**
 * The block devices with a disk. Before Linux 5.11, one that nothing opened is not among them.
 * Throws `unknown-name` where the kernel's types lack them. Source: Linux, block/bdev.c.
 */
export function* blockDevices(
  kernel: Kernel,
  notes: WalkNotes,
): Generator<BlockDevice, void, void> {
  const reader = structReader(kernel, 'block_device', {
    number: number('bd_dev'),
    disk: pointer('bd_disk'),
    sectors: optional(wide('bd_nr_sectors')),
    oldPart: optional(pointer('bd_part')),
    partition: number('bd_partno', '__bd_flags.counter', '__bd_flags'),
  });
  const disks = structReader(kernel, 'gendisk', {
    name: text('disk_name'),
    queue: pointer('queue'),
  });
  const parts =
    kernel.types.struct('hd_struct') === undefined
      ? undefined
      : structReader(kernel, 'hd_struct', { sectors: wide('nr_sects') });
  const bdevAt = offsetOf(kernel, 'bdev_inode', 'bdev');
  for (const inode of blockInodes(kernel, notes)) {
    const address = containerOf(kernel, 'bdev_inode', 'vfs_inode', inode) + bdevAt;
    const values = reader.tryRead(address);
    const disk =
      values === undefined || values.disk === 0n ? undefined : disks.tryRead(values.disk);
    if (values === undefined || disk === undefined) {
      continue;
    }
    const partition = values.partition & partitionMask;
    // A name that ends in a digit has a letter before the number of a partition.
    const suffix = partition === 0 ? '' : `${/\d$/.test(disk.name) ? 'p' : ''}${partition}`;
    const sectors = values.sectors ?? parts?.tryRead(values.oldPart ?? 0n)?.sectors ?? null;
    yield {
      address,
      disk: values.disk,
      queue: disk.queue === 0n ? null : disk.queue,
      name: `${disk.name}${suffix}`,
      ...deviceNumberOf(values.number),
      partition,
      sizeInBytes: sectors === null ? null : sectors * bytesInSector,
    };
  }
}
