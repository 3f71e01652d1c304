import type { Kernel } from '@vmcorekit/core';
import { arm64CallFrames } from './arm64/call-frames.ts';
import type { CallFrames } from './call-frame.ts';
import { i386CallFrames } from './i386/call-frames.ts';
import { ppc64CallFrames } from './ppc64/call-frames.ts';
import { riscv64CallFrames } from './riscv64/call-frames.ts';
import { s390xCallFrames } from './s390x/call-frames.ts';
import { orcCallFrames } from './x86-64/orc-call-frames.ts';

/** No stack of it is known, and debuggers must not guess one: they show one frame. */
const nothingKnown: CallFrames = {
  blocks: () => [],
  remarks: ['no frame but the first is shown: the stacks of this machine are not known'],
};

/** By the name of the `Architecture`: those whose kernels say how functions are left. */
const makers: Readonly<Record<string, (kernel: Kernel) => CallFrames | string>> = {
  x86_64: orcCallFrames,
  i386: i386CallFrames,
  arm64: arm64CallFrames,
  riscv64: riscv64CallFrames,
  s390x: s390xCallFrames,
  ppc64: ppc64CallFrames,
  arm: () => nothingKnown,
  loongarch64: () => nothingKnown,
};

/**
 * How a debugger can leave each function of a kernel; a sentence where that is not known. What the
 * dump lacks has no rules.
 */
export function callFramesOf(kernel: Kernel): CallFrames | string {
  const name = kernel.dump.architecture?.name ?? 'this machine';
  return makers[name]?.(kernel) ?? `no rules to leave functions of ${name} are kept`;
}
