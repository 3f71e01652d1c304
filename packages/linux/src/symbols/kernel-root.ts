import type { Dump, SymbolTable, TranslationRoot, VmcoreInfo } from '@vmcorekit/core';
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
  const mmu = dump.architecture?.mmu;
  for (const name of dump.layout?.rootTableSymbols ?? []) {
    const address = physicalAddressOf(found, imageOffset, name, note?.info);
    const root = (address === undefined ? [] : (mmu?.rootsAt(address) ?? [])).find((each) => {
      const image = kernelImageThrough(dump, each);
      return image?.isMappedByItself === true && image.imageOffset === imageOffset;
    });
    if (root !== undefined) {
      return root;
    }
  }
  return undefined;
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
