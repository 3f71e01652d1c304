import type { Kernel, StackReader, Unwinder } from '@vmcorekit/core';
import { type FrameRules, openFrameWalk } from '../walk-frames.ts';
import { stacksOf } from './cpu-stacks.ts';
import { isEntryCode, isEntryStart } from './entry-code.ts';
import { makesFrame } from './function-start.ts';
import { isKernelAddress } from './pt-regs.ts';
import { nextFrame, type PointedState, stateOf } from './saved-frame.ts';
import { callerOfStopped } from './stopped-function.ts';

/** Functions of every kernel that call others. */
const someFunctions = ['schedule', 'kthread', 'do_exit', 'kernel_clone'];

/** How frame pointers are linked. */
export const framePointerRules: FrameRules<PointedState> = {
  name: 'frame-pointers-riscv64',
  codeAlignment: 2n,
  stacksOf,
  first: stateOf,
  whyUnknown: (kernel, { pc, start }) =>
    isEntryCode(kernel, pc) && !(isEntryStart(kernel, pc) && isKernelAddress(start))
      ? 'entry code runs, which makes no frame'
      : undefined,
  whyMissing: (kernel, { pc }) =>
    isEntryStart(kernel, pc) ? 'what the exception interrupted is in no note' : undefined,
  next: (kernel, state, start, region) =>
    (state.isExact && !isEntryStart(kernel, state.pc)
      ? callerOfStopped(kernel, state)
      : undefined) ?? nextFrame(kernel, state, start, region),
};

/**
 * Unwinds by the frame pointers that riscv64 kernels keep (CONFIG_FRAME_POINTER, on by default).
 * Where an exception stopped a function without a frame, its code shows where its caller is.
 */
export const framePointersOfRiscv64: Unwinder = {
  name: 'frame-pointers-riscv64',
  summary: 'unwinds by the frame pointers of riscv64',
  architecture: 'riscv64',
  open: (kernel: Kernel): StackReader | string =>
    keepsFramePointers(kernel)
      ? openFrameWalk(kernel, framePointerRules)
      : 'its functions make no frames that a frame pointer leads to',
};

/** Whether one of some functions makes a frame. Code that is lost says nothing against it. */
export function keepsFramePointers({ symbols, memory }: Kernel): boolean {
  const found = someFunctions.map((name) => {
    const symbol = symbols.find(name);
    return symbol === undefined ? undefined : makesFrame(memory, symbol.address);
  });
  return found.includes(true) || !found.includes(false);
}
