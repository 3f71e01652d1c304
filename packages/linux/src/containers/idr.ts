import { hex, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perTypes, unknownLayout } from './layout.ts';
import { type Containers, damageOf, type WalkNotes, type WalkOptions } from './walk.ts';
import { type XarrayEntry, xarrayEntries } from './xarray.ts';

/** Where the members of `struct idr` lie. */
const idrLayoutOf = perTypes((types) => {
  const struct = types.struct('idr');
  return { tree: struct?.member('idr_rt'), base: struct?.member('idr_base') };
});

/**
 * The entries of an IDR, ascending; `index` and `last` are its ids. `idr` is the address of `struct
 * idr`. Before Linux 4.11 it was another structure, which is not read. Source: Linux,
 * include/linux/idr.h, lib/idr.c.
 */
export function* idrEntries(
  kernel: Pick<Containers, 'memory' | 'types'>,
  idr: VirtualAddress,
  notes: WalkNotes,
  { name = `the IDR at ${hex(idr)}`, ...options }: WalkOptions = {},
): Generator<XarrayEntry, void, void> {
  const { memory, types } = kernel;
  const { tree, base: baseMember } = idrLayoutOf(kernel);
  const damage = damageOf(notes, name);
  if (tree === undefined) {
    damage(idr, unknownLayout(types, 'struct idr'));
    return;
  }
  // Since Linux 4.16; ids began at 0 before.
  const base =
    baseMember === undefined
      ? 0
      : tryRead(() => memory.readUint32(idr + BigInt(baseMember.offsetInBytes)));
  if (base === undefined) {
    damage(idr, 'its base cannot be read, so its ids are unknown');
    return;
  }
  const first = BigInt(base);
  const array = idr + BigInt(tree.offsetInBytes);
  for (const { index, last, entry } of xarrayEntries(kernel, array, notes, { ...options, name })) {
    yield { index: index + first, last: last + first, entry };
  }
}
