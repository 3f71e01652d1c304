import type { ClaimField } from '@vmcorekit/core';

const isExact = (value: unknown): boolean => Number.isSafeInteger(value);
const isAddress = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isVirtual = (value: unknown): boolean => typeof value === 'bigint' && value >= 0n && value < 1n << 64n;
const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= 4096;

/** Every field of a claim, with what its values may be. */
export const claimFields: Readonly<Record<ClaimField, (value: unknown) => boolean>> = {
  physBase: isExact,
  kaslrOffset: isExact,
  textVirtualAddress: isVirtual,
  textPhysicalAddress: isAddress,
  pageTableRoot: isAddress,
  pagingLevels: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 5,
  release: isText,
  banner: isText,
  buildId: isText,
};
