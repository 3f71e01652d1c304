import type { Dump, KernelClaim, VmcoreInfo } from '@vmcorekit/core';

/**
 * What a VMCOREINFO claims about its kernel, in a dump of that machine. The root is the kernel's
 * own, at the address that the image offset gives.
 */
export function vmcoreInfoClaim(info: VmcoreInfo, { layout, architecture }: Dump): KernelClaim {
  const { release, buildId } = info;
  const { claim, rootTable, levels } = layout?.readVmcoreInfo(info) ?? { claim: {} };
  const { imageOffset } = claim;
  const table =
    rootTable === undefined || imageOffset === undefined ? -1 : Number(rootTable - imageOffset);
  const roots = table <= 0 ? [] : (architecture?.mmu?.rootsAt(table) ?? []);
  const root = roots.find((candidate) => candidate.levels === levels);
  return {
    ...claim,
    ...(release === undefined ? {} : { release }),
    ...(buildId === undefined ? {} : { buildId }),
    ...(root === undefined ? {} : { root }),
  };
}
