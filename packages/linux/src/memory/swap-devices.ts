import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { filePath } from '../files/file-path.ts';
import { fileTypeOf } from '../files/file-type.ts';
import { number, pointer, wide } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';
import { readWords } from './longs.ts';

/** MAX_SWAPFILES is at most 32: a swap entry has 5 bits for it. Source: include/linux/swap.h. */
const maxSwapFiles = 32;
/** SWP_USED and SWP_WRITEOK. */
const flagBits = { used: 1n, writable: 2n } as const;
/**
 * Above it lies a flag since Linux 6.13 (SWAP_USAGE_OFFLIST_BIT). Source: Linux, mm/swapfile.c.
 */
const usageBits = 62;

/** What pages are swapped out to. */
export interface SwapDevice {
  readonly address: VirtualAddress;
  readonly index: number;
  /** Null where the file's path cannot be read. */
  readonly path: string | null;
  readonly type: 'partition' | 'file' | null;
  readonly pages: number;
  readonly pagesInUse: bigint;
  readonly priority: number;
  /** False while it is being taken out of use. */
  readonly isWritable: boolean;
}

/**
 * The swap devices in use, as /proc/swaps lists them. Throws `unknown-name` where the kernel's
 * types or symbols lack them. Source: Linux, mm/swapfile.c (swap_show).
 */
export function readSwapDevices(kernel: Kernel): SwapDevice[] {
  const { memory } = kernel;
  const count = Math.min(kernel.variable('nr_swapfiles').number(), maxSwapFiles);
  const pointers = readWords(memory, kernel.variable('swap_info').address, count);
  const reader = structReader(kernel, 'swap_info_struct', {
    flags: wide('flags'),
    priority: wide('prio'),
    pages: number('pages'),
    inUse: wide('inuse_pages.counter', 'inuse_pages'),
    file: pointer('swap_file'),
  });
  const inode = structReader(kernel, 'inode', { mode: number('i_mode') });
  const files = structReader(kernel, 'file', { inode: pointer('f_inode') });
  return pointers.flatMap((address, index): SwapDevice[] => {
    const values = address === 0n ? undefined : reader.tryRead(address);
    if (values === undefined || (values.flags & flagBits.used) === 0n) {
      return [];
    }
    const host = files.tryRead(values.file)?.inode;
    const mode = host === undefined ? undefined : inode.tryRead(host)?.mode;
    return [
      {
        address,
        index,
        path: filePath(kernel, values.file),
        type: mode === undefined ? null : fileTypeOf(mode) === 'BLK' ? 'partition' : 'file',
        pages: values.pages,
        pagesInUse: BigInt.asUintN(usageBits, values.inUse),
        priority: Number(BigInt.asIntN(16, values.priority)),
        isWritable: (values.flags & flagBits.writable) !== 0n,
      },
    ];
  });
}
