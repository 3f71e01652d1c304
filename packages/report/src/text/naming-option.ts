import { hex, type KernelLayout, type LocatedKernel } from '@vmcorekit/core';

/** The option that names a kernel to every command, by its machine. */
export interface NamingOption {
  readonly name: string;
  readonly placeholder: string;
  /** Null where the number of this kernel is not proved. */
  readonly value: string | null;
}

/**
 * Which option names a kernel: its phys_base, where it has one; where kernels of its machine share
 * an image offset, the place of its text; else its image offset.
 */
export function namingOption(
  {
    physBase,
    imageOffset,
    textPhysicalAddress,
  }: Pick<LocatedKernel, 'physBase' | 'imageOffset' | 'textPhysicalAddress'>,
  { isOffsetShared }: Pick<KernelLayout, 'isOffsetShared'>,
): NamingOption {
  if (physBase !== null) {
    return { name: '--phys-base', placeholder: 'OFFSET', value: hex(physBase) };
  }
  return isOffsetShared
    ? {
        name: '--text-at',
        placeholder: 'ADDRESS',
        value: textPhysicalAddress === null ? null : hex(textPhysicalAddress),
      }
    : { name: '--image-offset', placeholder: 'OFFSET', value: hex(imageOffset) };
}
