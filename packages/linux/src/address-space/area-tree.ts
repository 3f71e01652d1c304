import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { mapleEntries } from '../containers/maple-tree.ts';
import { rbNodes } from '../containers/rb-tree.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { perKernel } from '../per-kernel.ts';
import { optional, place } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';

/** A system allows 65,530 areas by default (vm.max_map_count), and some raise it to millions. */
const maxAreas = 2 ** 22;

/** A maple tree since Linux 6.1, a red-black tree before. */
const readerOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'mm_struct', {
    mapleTree: optional(place('mm_mt')),
    redBlackTree: optional(place('mm_rb')),
  }),
);

/** The addresses of the `vm_area_struct`s of an `mm_struct`, as its tree has them. */
export function* areaAddresses(
  kernel: Kernel,
  mm: VirtualAddress,
  notes: WalkNotes,
): Generator<VirtualAddress, void, void> {
  const { mapleTree = null, redBlackTree = null } = readerOf(kernel)?.read(mm) ?? {};
  const options = { limit: maxAreas, name: 'the tree of memory areas' };
  if (mapleTree !== null) {
    for (const { entry } of mapleEntries(kernel, mapleTree, notes, options)) {
      yield entry;
    }
  } else if (redBlackTree !== null) {
    for (const node of rbNodes(kernel, redBlackTree, notes, options)) {
      yield containerOf(kernel, 'vm_area_struct', 'vm_rb', node);
    }
  }
}
