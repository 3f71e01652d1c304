import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { number, optional, pointer, text, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { knownText } from '../reading/known-text.ts';

/** MINORBITS. Source: Linux, include/linux/kdev_t.h. */
const minorBits = 20;
/** No file system has a longer name. */
const maxNameInBytes = 64;

/** A mounted file system. */
export interface SuperBlock {
  readonly address: VirtualAddress;
  /** `ext4`, `tmpfs`, with its subtype if it has one: `fuse.sshfs`. Null where not proved. */
  readonly type: string | null;
  /** As `/proc` shows it: `8:1`. */
  readonly device: string;
  /** SB_RDONLY and its like. */
  readonly flags: bigint;
  /** What the kernel calls it in messages: the device, often. */
  readonly id: string;
  readonly root: VirtualAddress;
}

const readersOf = perKernel((kernel: Kernel) => ({
  superBlock: knownReader(kernel, 'super_block', {
    device: number('s_dev'),
    flags: wide('s_flags'),
    type: pointer('s_type'),
    id: text('s_id'),
    root: pointer('s_root'),
    subtype: optional(pointer('s_subtype')),
  }),
  type: knownReader(kernel, 'file_system_type', { name: pointer('name') }),
  read: new Map<VirtualAddress, SuperBlock | null>(),
}));

/** Reads each file system once. Undefined where it cannot be read. */
export function superBlockAt(kernel: Kernel, address: VirtualAddress): SuperBlock | undefined {
  const { read } = readersOf(kernel);
  let found = read.get(address);
  if (found === undefined) {
    found = readSuperBlock(kernel, address) ?? null;
    read.set(address, found);
  }
  return found ?? undefined;
}

function readSuperBlock(kernel: Kernel, address: VirtualAddress): SuperBlock | undefined {
  const { superBlock, type } = readersOf(kernel);
  const values = address === 0n ? undefined : superBlock?.tryRead(address);
  if (values === undefined) {
    return undefined;
  }
  const nameAt = type?.tryRead(values.type)?.name;
  const name = nameAt === undefined ? null : shortText(kernel, nameAt);
  const subtype =
    values.subtype === null || values.subtype === 0n ? null : shortText(kernel, values.subtype);
  const { flags, id, root } = values;
  const { major, minor } = deviceNumberOf(values.device);
  return {
    address,
    type: name === null || subtype === null || subtype === '' ? name : `${name}.${subtype}`,
    device: `${major}:${minor}`,
    flags,
    id,
    root,
  };
}

function shortText({ memory }: Kernel, at: VirtualAddress): string | null {
  return at === 0n ? null : (knownText(memory, at, maxNameInBytes) ?? null);
}

/** The two parts of a `dev_t`. */
export function deviceNumberOf(device: number): { readonly major: number; readonly minor: number } {
  return { major: device >>> minorBits, minor: device & ((1 << minorBits) - 1) };
}
