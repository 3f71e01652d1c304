import type { Kernel } from '@vmcorekit/core';
import type { CallFrames } from './call-frame.ts';
import { orcCallFrames } from './x86-64/orc-call-frames.ts';

/** By the name of the `Architecture`: those whose kernels say how functions are left. */
const makers: Readonly<Record<string, (kernel: Kernel) => CallFrames | string>> = {
  x86_64: orcCallFrames,
};

/**
 * How a debugger can leave each function of a kernel; a sentence where that is not known. What the
 * dump lacks has no rules.
 */
export function callFramesOf(kernel: Kernel): CallFrames | string {
  const name = kernel.dump.architecture?.name ?? 'this machine';
  return makers[name]?.(kernel) ?? `no rules to leave functions of ${name} are kept`;
}
