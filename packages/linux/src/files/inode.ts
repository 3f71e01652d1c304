import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { number, pointer, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import type { StructReader } from '../reading/struct-reader.ts';
import { type FileType, fileTypeOf } from './file-type.ts';

const members = {
  mode: number('i_mode'),
  number: wide('i_ino'),
  superBlock: pointer('i_sb'),
  sizeInBytes: wide('i_size'),
  links: number('i_nlink'),
  mapping: pointer('i_mapping'),
} as const;

/** What is read of an inode. */
export interface Inode {
  readonly address: VirtualAddress;
  readonly number: bigint;
  /** Null for bits that no file has. */
  readonly type: FileType | null;
  readonly superBlock: VirtualAddress;
  readonly sizeInBytes: bigint;
  /** How many names it has; 0 for a deleted file. */
  readonly links: number;
  /** Of the `struct address_space` that has its pages. */
  readonly mapping: VirtualAddress;
}

const readerOf: (kernel: Kernel) => StructReader<typeof members> | undefined = perKernel(
  (kernel: Kernel) => knownReader(kernel, 'inode', members),
);

/** Undefined where the kernel's types do not describe inodes, or this one cannot be read. */
export function inodeAt(kernel: Kernel, address: VirtualAddress): Inode | undefined {
  const values = address === 0n ? undefined : readerOf(kernel)?.tryRead(address);
  if (values === undefined) {
    return undefined;
  }
  const { mode, ...others } = values;
  return { address, type: fileTypeOf(mode) ?? null, ...others };
}
