import {
  type Dump,
  isVmcorekitError,
  type KernelClaim,
  type VmcoreInfo,
  type VmcoreInfoPlace,
} from '@vmcorekit/core';
import { physicalAddressIn } from '../kernel-image.ts';

/**
 * What a VMCOREINFO claims about its kernel, in a dump of that machine. The root is the kernel's
 * own, at the address that the image offset gives. A linear map that the tables of that root do not
 * have is left out.
 */
export function vmcoreInfoClaim(info: VmcoreInfo, dump: Dump): KernelClaim {
  const { release, buildId } = info;
  const place = dump.layout?.readVmcoreInfo(info) ?? { claim: {} };
  const root = rootOf(dump, place);
  const { linearMapOffset, ...claim } = place.claim;
  const isLinear =
    linearMapOffset !== undefined &&
    (place.rootTable === undefined || isLinearMap(dump, root, linearMapOffset));
  return {
    ...claim,
    ...(isLinear ? { linearMapOffset } : {}),
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

/** Whether the linear map leads to the root's own page; also where the tables cannot be read. */
function isLinearMap(
  { architecture, image: { memory } }: Dump,
  root: KernelClaim['root'],
  linearMapOffset: bigint,
): boolean {
  const table = root?.tableAddress ?? null;
  if (root === undefined || table === null) {
    return false;
  }
  const address = BigInt.asUintN(64, linearMapOffset + BigInt(table));
  try {
    return architecture?.mmu?.translate(memory, root, address).physicalAddress === table;
  } catch (error) {
    if (!isVmcorekitError(error)) {
      throw error;
    }
    return error.code === 'page-unreadable';
  }
}
