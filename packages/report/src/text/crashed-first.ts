import type { LocatedKernel } from '@vmcorekit/core';

/**
 * The kernels, the crashed one first, because people debug that one. The others keep their order.
 */
export function crashedFirst<Found extends { readonly kernel: Pick<LocatedKernel, 'role'> }>(
  found: readonly Found[],
): Found[] {
  const isCrashed = ({ kernel }: Found): boolean => kernel.role === 'crashed';
  return [...found.filter(isCrashed), ...found.filter((each) => !isCrashed(each))];
}
