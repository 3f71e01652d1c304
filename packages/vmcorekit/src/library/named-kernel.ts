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

/** Whether a kernel is the one that the user names. */
export function isNamed(
  { layout }: Pick<Dump, 'layout'>,
  told: KernelClaim,
  { imageOffset, textPhysicalAddress }: Pick<LocatedKernel, 'imageOffset' | 'textPhysicalAddress'>,
): boolean {
  const isTextNamed = told.textPhysicalAddress !== undefined || layout?.isOffsetShared === true;
  return (
    offsetNamed({ layout }, told) === imageOffset &&
    (!isTextNamed || told.textPhysicalAddress === textPhysicalAddress)
  );
}

/**
 * Whether the kernel located is not the one that the user names. A caller that asks for the memory
 * of one kernel must not get another's. True also where the numbers given name no kernel of this
 * machine. False if nothing is named or located.
 */
export function isOtherThanNamed(
  dump: Pick<Dump, 'layout'>,
  told: KernelClaim | undefined,
  located: Pick<LocatedKernel, 'imageOffset' | 'textPhysicalAddress'> | null,
): boolean {
  return (
    located !== null && told !== undefined && namesPlace(told) && !isNamed(dump, told, located)
  );
}

function namesPlace({ imageOffset, physBase, textPhysicalAddress }: KernelClaim): boolean {
  return imageOffset !== undefined || physBase !== undefined || textPhysicalAddress !== undefined;
}
