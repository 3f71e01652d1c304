import type { Verdict } from '@vmcorekit/core';

/** Why an analyzer was given no kernel. */
export function whyNoKernel({ kernel }: Pick<Verdict, 'kernel'>): string {
  return kernel === null
    ? 'no kernel was found in memory'
    : 'the page tables of the kernel are not known';
}
