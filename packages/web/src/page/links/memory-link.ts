import { endOfPhysicalSpace } from '@vmcorekit/core';
import type { AddressInSpace, Space } from '../../protocol/memory-calls.ts';

/**
 * The link that shows an address in the hex view: `#/memory/virtual/0xffff888000000000`. Any view
 * may hold it, as the `href` of an element `a`.
 */
export function memoryLink(space: Space, address: bigint): string {
  return `#/memory/${space}/0x${address.toString(16)}`;
}

/** The link that draws the page-table walk of a virtual address. */
export function walkLink(address: bigint): string {
  return `#/walk/0x${address.toString(16)}`;
}

/** The address that such a link names; undefined for another one. */
export function addressInWalkLink(hash: string): bigint | undefined {
  const digits = /^#\/walk\/0x([0-9a-f]{1,16})$/i.exec(hash)?.[1];
  return digits === undefined ? undefined : BigInt(`0x${digits}`);
}

/**
 * The place that a link of `memoryLink` names. Undefined for another one, and beyond the end of the
 * space: 2^52 for physical memory, 2^64 for virtual.
 */
export function placeInLink(hash: string): AddressInSpace | undefined {
  const [, space, digits] = /^#\/memory\/(physical|virtual)\/0x([0-9a-f]{1,16})$/i.exec(hash) ?? [];
  const place = { space: space?.toLowerCase() as Space, address: BigInt(`0x${digits ?? 0}`) };
  const isBeyond = place.space === 'physical' && place.address >= endOfPhysicalSpace;
  return space === undefined || isBeyond ? undefined : place;
}
