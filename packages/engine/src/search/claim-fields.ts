import type { ClaimField, TranslationRoot } from '@vmcorekit/core';

const isExact = (value: unknown): boolean => Number.isSafeInteger(value);
const isAddress = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 0;
const isVirtual = (value: unknown): boolean =>
  typeof value === 'bigint' && value >= 0n && value < 1n << 64n;
const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= 4096;

/** A root that the architecture's own `Mmu` made; an invented one is refused when it is used. */
const isRoot = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<TranslationRoot>).key === 'string' &&
  typeof (value as Partial<TranslationRoot>).summary === 'string' &&
  isAddressOrNull((value as Partial<TranslationRoot>).tableAddress) &&
  isPageSize((value as Partial<TranslationRoot>).basePageSizeInBytes);
const isAddressOrNull = (value: unknown): boolean => value === null || isAddress(value);
const isPageSize = (value: unknown): boolean =>
  Number.isInteger(Math.log2(Number(value))) && Number(value) >= 4096;

/** Every field of a claim, with the test of its values. */
export const claimFields: Readonly<Record<ClaimField, (value: unknown) => boolean>> = {
  imageOffset: isVirtual,
  physBase: isExact,
  kaslrOffset: isExact,
  textVirtualAddress: isVirtual,
  textPhysicalAddress: isAddress,
  linearMapOffset: isVirtual,
  root: isRoot,
  release: isText,
  banner: isText,
  buildId: isText,
  byteOrder: (value) => value === 'little' || value === 'big',
};
