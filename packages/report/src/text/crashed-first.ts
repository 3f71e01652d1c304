import type { LocatedKernel } from '@vmcorekit/core';

/**
 * Of kernels found, the crashed one first: it is what people debug. The others keep their order.
 */
export function crashedFirst<Found extends { readonly kernel: Pick<LocatedKernel, 'role'> }>(
  found: readonly Found[],
): Found[] {
  const isCrashed = ({ kernel }: Found): boolean => kernel.role === 'crashed';
  return [...found.filter(isCrashed), ...found.filter((each) => !isCrashed(each))];
}
