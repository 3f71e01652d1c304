import type { Kernel, KernelCache, StackReader, Unwinder } from '@vmcorekit/core';

/**
 * The first unwinder that can read this kernel's stacks. Where none can, a reader whose traces have
 * no frames and say why.
 */
export function chooseUnwinder(
  kernel: Kernel,
  unwinders: readonly Unwinder[],
  cache?: KernelCache,
): StackReader {
  const architecture = kernel.dump.architecture?.name;
  const reasons: string[] = [];
  for (const unwinder of unwinders) {
    if (unwinder.architecture !== architecture) {
      continue;
    }
    const opened = unwinder.open(kernel, cache);
    if (typeof opened !== 'string') {
      return opened;
    }
    reasons.push(`${unwinder.name}: ${opened}`);
  }
  const detail =
    reasons.length === 0
      ? `no unwinder knows the architecture ${architecture ?? 'of this dump'}`
      : reasons.join('; ');
  return {
    trace: () => ({
      frames: [],
      end: { reason: 'broken', isComplete: false, detail },
      by: 'none',
      remarks: [],
    }),
  };
}
