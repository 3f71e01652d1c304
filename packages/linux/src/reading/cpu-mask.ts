import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { bitmapBits } from '../containers/bitmap.ts';
import { WalkNotes } from '../containers/walk.ts';
import { possibleCpuLimit } from '../system/kernel-cpu-count.ts';

/**
 * The CPUs in the mask at an address, ascending; null where it cannot be read. A mask has as many
 * bits as CPUs are possible. Source: Linux, include/linux/cpumask.h.
 */
export function cpusIn(
  kernel: Pick<Kernel, 'memory' | 'symbols'>,
  mask: VirtualAddress,
): readonly number[] | null {
  const count = possibleCpuLimit(kernel);
  if (count === undefined || mask === 0n) {
    return null;
  }
  const notes = new WalkNotes();
  const cpus = [...bitmapBits(kernel, mask, count, notes)];
  return notes.all.length === 0 ? cpus : null;
}

/**
 * Where the mask of a member of type `cpumask_var_t` lies: a kernel for many CPUs keeps a pointer
 * to it, and one for few the mask itself. Undefined where the structure has no such member.
 */
export function maskMember(
  { types, memory }: Pick<Kernel, 'memory' | 'types'>,
  struct: string,
  path: string,
): ((address: VirtualAddress) => VirtualAddress) | undefined {
  const member = types.struct(struct)?.member(path);
  if (member === undefined) {
    return undefined;
  }
  const offset = BigInt(member.offsetInBytes);
  return member.type?.kind === 'pointer'
    ? (address) => memory.readPointer(address + offset)
    : (address) => address + offset;
}
