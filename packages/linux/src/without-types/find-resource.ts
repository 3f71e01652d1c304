import type { Kernel, StructType } from '@vmcorekit/core';
import { type FoundMember, foundStruct } from './found-struct.ts';
import { resourceTreeOf } from './resource-tree.ts';

/** `struct resource` as the tree of /proc/iomem proves it. A sentence where none does. */
export function findResource(
  kernel: Pick<Kernel, 'memory' | 'symbols' | 'runs'>,
): StructType | string {
  const layout = resourceTreeOf(kernel)?.layout;
  if (layout === undefined) {
    return 'no tree of ranges like /proc/iomem was found';
  }
  const { addressSizeInBytes, sizeInBytes } = layout;
  const kind = addressSizeInBytes === 8 ? 'unsigned64' : 'unsigned';
  const members: readonly FoundMember[] = [
    { path: 'start', offset: 0, kind },
    { path: 'end', offset: addressSizeInBytes, kind },
    ...(['name', 'parent', 'sibling', 'child'] as const).map(
      (path): FoundMember => ({ path, offset: layout[path], kind: 'pointer' }),
    ),
  ];
  return foundStruct('resource', sizeInBytes, members, kernel.memory.wordSizeInBits / 8);
}
