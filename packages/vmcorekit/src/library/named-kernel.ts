import type { Dump, KernelClaim, LocatedKernel } from '@vmcorekit/core';

/**
 * Where the user says that the kernel's image lies; undefined where they do not say, or the layout
 * of its machine is not known.
 */
export function offsetTold(
  { layout }: Pick<Dump, 'layout'>,
  told: KernelClaim,
): bigint | undefined {
  return told.imageOffset ?? layout?.imageOffsetOf(told);
}

/**
 * Whether the kernel located is another than the one the user names: a caller who asks for the
 * memory of one kernel must not get another's. False where nothing is named or located.
 */
export function isOtherThanTold(
  dump: Pick<Dump, 'layout'>,
  told: KernelClaim | undefined,
  located: Pick<LocatedKernel, 'imageOffset'> | null,
): boolean {
  const offset = told === undefined ? undefined : offsetTold(dump, told);
  return located !== null && offset !== undefined && located.imageOffset !== offset;
}
