import type { Kernel, MappedRun } from '@vmcorekit/core';

/** Where the kernel's half of 64-bit addresses begins, on machines that have halves. */
const kernelHalf = 1n << 63n;

/**
 * Whose address this can be. The lower half of 64-bit addresses is of programs, where the image of
 * the kernel lies in the upper one. On s390x both spaces begin at 0, and on machines of 32 bits the
 * boundary moves: there an address alone says nothing. Source: Linux,
 * Documentation/arch/s390/mm.rst.
 */
export function spaceOf(
  {
    memory,
    runs,
  }: {
    readonly memory: Pick<Kernel['memory'], 'wordSizeInBits'>;
    readonly runs: readonly Pick<MappedRun, 'virtualAddress'>[];
  },
  address: bigint,
): 'kernel' | 'program' | 'either' {
  const last = runs.at(-1);
  const hasHalves = last === undefined || last.virtualAddress >= kernelHalf;
  if (memory.wordSizeInBits === 32 || !hasHalves) {
    return 'either';
  }
  return address < kernelHalf ? 'program' : 'kernel';
}
