import type { Kernel } from '@vmcorekit/core';
import { bpfProgramsOf } from '../bpf-code.ts';
import type { CallFrameBlock, CallFrameRule } from '../call-frame.ts';
import { prologueAt, prologueSizeOf } from '../x86-frame-code.ts';
import { frameCode } from './frame-pointer-step.ts';

const madeSizeInBytes = prologueSizeOf(frameCode);
const base = { isSignal: false, savedAt: {} };
const notPushed: CallFrameRule = {
  ...base,
  frame: { register: 'rsp', offset: 8, load: 'none' },
  saved: { rip: -8 },
  kept: ['rbp'],
};
const pushed: CallFrameRule = {
  ...base,
  frame: { register: 'rsp', offset: 16, load: 'none' },
  saved: { rip: -8, rbp: -16 },
  kept: [],
};
const made: CallFrameRule = { ...pushed, frame: { register: 'rbp', offset: 16, load: 'none' } };

/** The rules of BPF code, which keeps a frame pointer and has no unwind table. */
export function* bpfBlocks(kernel: Kernel): Generator<CallFrameBlock, void, void> {
  for (const { start, end } of bpfProgramsOf(kernel)) {
    const at = prologueAt(kernel.memory, start, frameCode);
    const size = Number(end - start);
    const isUsual = at !== undefined && at >= 0 && at + madeSizeInBytes < size;
    yield isUsual
      ? {
          base: start,
          // The push has one byte.
          starts: [0, at + 1, at + madeSizeInBytes, size],
          rules: [notPushed, pushed, made],
        }
      : { base: start, starts: [0, size], rules: [made] };
  }
}
