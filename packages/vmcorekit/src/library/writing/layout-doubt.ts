import type { Dump, Verdict } from '@vmcorekit/core';

/** Whether only a search for the kernel shows where the memory of such a file lies. */
export function needsSearch({
  memoryLayouts,
  placedBy,
}: Pick<Dump, 'memoryLayouts' | 'placedBy'>): boolean {
  return memoryLayouts !== undefined || placedBy !== undefined;
}

/**
 * The sentence that the layout of the memory is not proved, after a search. Undefined where it is
 * proved or given.
 */
export function layoutDoubt(
  { image: { memoryLayout: taken }, files }: Pick<Dump, 'image' | 'files'>,
  { memoryLayout }: Pick<Verdict, 'memoryLayout'>,
): string | undefined {
  return memoryLayout?.isProved === true || taken === undefined || taken.basis === 'told'
    ? undefined
    : `${files[0] ?? ''}: where its memory lies is not proved; taken: ${taken.name} (${taken.because})`;
}
