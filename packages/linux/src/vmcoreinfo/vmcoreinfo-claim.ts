import type { Dump, KernelClaim, VmcoreInfo, VmcoreInfoPlace } from '@vmcorekit/core';
import { physicalAddressIn } from '../kernel-image.ts';

/**
 * What a VMCOREINFO claims about its kernel, in a dump of that machine. The root is the kernel's
 * own, at the address that the image offset gives.
 */
export function vmcoreInfoClaim(info: VmcoreInfo, dump: Dump): KernelClaim {
  const { release, buildId } = info;
  const place = dump.layout?.readVmcoreInfo(info) ?? { claim: {} };
  const root = rootOf(dump, place);
  return {
    ...place.claim,
    ...(release === undefined ? {} : { release }),
    ...(buildId === undefined ? {} : { buildId }),
    ...(root === undefined ? {} : { root }),
  };
}

/** The root of the kind that the place describes; undefined where it describes none. */
function rootOf(
  { architecture }: Dump,
  { claim: { imageOffset }, rootTable, ...kind }: VmcoreInfoPlace,
): KernelClaim['root'] {
  const table =
    rootTable === undefined || imageOffset === undefined
      ? -1
      : physicalAddressIn(imageOffset, rootTable);
  const { levels, basePageSizeInBytes, addressBits } = kind;
  return table <= 0 || !Number.isSafeInteger(table) || Object.keys(kind).length === 0
    ? undefined
    : architecture?.mmu
        ?.rootsAt(table)
        .find(
          (root) =>
            (levels === undefined || root.levels === levels) &&
            (basePageSizeInBytes === undefined ||
              root.basePageSizeInBytes === basePageSizeInBytes) &&
            (addressBits === undefined || root.addressBits === addressBits),
        );
}
