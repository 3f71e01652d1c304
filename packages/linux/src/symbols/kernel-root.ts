import type {
  Dump,
  PhysicalAddress,
  SymbolTable,
  TranslationRoot,
  VmcoreInfo,
} from '@vmcorekit/core';
import { kernelImageThrough } from '../kernel-image.ts';
import type { ImagePlace } from './kallsyms-place.ts';

/**
 * The root of a kernel whose place is known: its variable of the root table, by its symbols or its
 * VMCOREINFO. Undefined where no table there maps the image at that place.
 */
export function rootOfPlace(
  dump: Dump,
  { found, imageOffset, note }: ImagePlace,
): TranslationRoot | undefined {
  for (const name of dump.layout?.rootTableSymbols ?? []) {
    const address = physicalAddressOf(found, imageOffset, name, note?.info);
    const root = address === undefined ? undefined : rootAt(dump, address, imageOffset);
    if (root !== undefined) {
      return root;
    }
  }
  return undefined;
}

/** The root at an address whose tables map their own image at that offset; undefined if none is. */
export function rootAt(
  dump: Dump,
  table: PhysicalAddress,
  imageOffset: bigint,
): TranslationRoot | undefined {
  return dump.architecture?.mmu?.rootsAt(table).find((root) => {
    const image = kernelImageThrough(dump, root);
    return image?.isMappedByItself === true && image.imageOffset === imageOffset;
  });
}

function physicalAddressOf(
  { table, arePhysical }: { readonly table: SymbolTable; readonly arePhysical: boolean },
  imageOffset: bigint,
  name: string,
  note: VmcoreInfo | undefined,
): number | undefined {
  const own = table.find(name)?.address;
  const virtual = arePhysical || own === undefined ? note?.symbol(name) : own;
  const physical =
    arePhysical && own !== undefined
      ? own
      : virtual === undefined
        ? undefined
        : BigInt.asUintN(64, virtual - imageOffset);
  return physical !== undefined && physical < BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(physical)
    : undefined;
}
