import type { Dump, KernelClaim, LocatedKernel } from '@vmcorekit/core';

/**
 * Where the user says that the kernel's image lies. Undefined if they do not say, or if the layout
 * of the machine is not known.
 */
export function offsetNamed(
  { layout }: Pick<Dump, 'layout'>,
  told: KernelClaim,
): bigint | undefined {
  return told.imageOffset ?? layout?.imageOffsetOf(told);
}

/**
 * Whether the kernel located is not the one that the user names. A caller that asks for the memory
 * of one kernel must not get another's. False if nothing is named or located.
 */
export function isOtherThanNamed(
  dump: Pick<Dump, 'layout'>,
  told: KernelClaim | undefined,
  located: Pick<LocatedKernel, 'imageOffset'> | null,
): boolean {
  const offset = told === undefined ? undefined : offsetNamed(dump, told);
  return located !== null && offset !== undefined && located.imageOffset !== offset;
}
