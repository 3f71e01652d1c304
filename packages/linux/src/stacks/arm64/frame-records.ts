import type { Kernel, StackReader, Unwinder } from '@vmcorekit/core';
import { type FrameRules, openFrameWalk } from '../walk-frames.ts';
import { stacksOf } from './cpu-stacks.ts';
import { isEntryCode } from './entry-code.ts';
import { nextFrame, type RecordState, stateOf } from './frame-record.ts';
import { linkedCaller } from './link-register.ts';
import { ptRegsLayoutOf } from './pt-regs.ts';

/** How frame records are linked. */
export const frameRecordRules: FrameRules<RecordState> = {
  name: 'frame-records',
  codeAlignment: 4n,
  stacksOf,
  first: stateOf,
  whyUnknown: (kernel, state) =>
    isEntryCode(kernel, state.pc) && !isAtOwnRecord(kernel, state)
      ? "entry code runs, whose frame pointer is not yet the kernel's"
      : undefined,
  linkOf: ({ fp }) => fp,
  next: (kernel, state, start) =>
    (state.isExact ? linkedCaller(kernel, state) : undefined) ?? nextFrame(kernel, state, start),
};

/**
 * Unwinds by frame records, which every arm64 kernel keeps: pairs of the next record's address and
 * a return address, that the frame pointer leads to. Where an exception stopped a function without
 * a record, the link register shows its caller. Source: Linux, arch/arm64/kernel/stacktrace.c; the
 * procedure call standard AAPCS64, "The Frame Pointer".
 */
export const frameRecords: Unwinder = {
  name: 'frame-records',
  summary: 'unwinds by the frame records of arm64',
  architecture: 'arm64',
  open: (kernel: Kernel): StackReader | string => openFrameWalk(kernel, frameRecordRules),
};

/** Whether the frame pointer is the one that entry code gives itself: in the saved registers. */
function isAtOwnRecord(kernel: Kernel, { start, fp }: RecordState): boolean {
  const offset = ptRegsLayoutOf(kernel)?.recordOffset;
  return offset !== undefined && fp === start + BigInt(offset);
}
