import {
  type Dump,
  isSourceFailure,
  isVmcorekitError,
  type KernelClaim,
  type VmcoreInfo,
  type VmcoreInfoPlace,
} from '@vmcorekit/core';
import { physicalAddressIn } from '../kernel-image.ts';
import { isLinearMapByLists } from './linear-map-by-lists.ts';

/**
 * What a VMCOREINFO claims about its kernel, in a dump of that machine. The root is the kernel's
 * own, at the address that the image offset gives. A linear map is left out where the tables of
 * that root do not have it, or cannot be read and the kernel's lists do not confirm it.
 */
export function vmcoreInfoClaim(info: VmcoreInfo, dump: Dump): KernelClaim {
  const { release, buildId } = info;
  const place = dump.layout?.readVmcoreInfo(info) ?? { claim: {} };
  const root = rootOf(dump, place);
  const { linearMapOffset, ...claim } = place.claim;
  const isLinear =
    linearMapOffset !== undefined &&
    (place.isLinearMapFixed === true ||
      (isLinearMap(dump, root, linearMapOffset) ??
        isLinearMapByLists(dump, info, claim.imageOffset, linearMapOffset)));
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

/** Whether the linear map leads to the root's own page; undefined where no table says it. */
function isLinearMap(
  { architecture, image: { memory } }: Dump,
  root: KernelClaim['root'],
  linearMapOffset: bigint,
): boolean | undefined {
  const table = root?.tableAddress ?? null;
  if (root === undefined || table === null) {
    return undefined;
  }
  const address = BigInt.asUintN(64, linearMapOffset + BigInt(table));
  try {
    return architecture?.mmu?.translate(memory, root, address).physicalAddress === table;
  } catch (error) {
    if (!isVmcorekitError(error) || isSourceFailure(error)) {
      throw error;
    }
    return error.code === 'page-unreadable' ? undefined : false;
  }
}
