import type { PanicTruth } from '../truth/panic-trace.ts';
import type { BtAnswer } from './answers.ts';
import { compareFrames, showFrame } from './compare-stacks.ts';
import type { Comparison } from './difference.ts';

/** What prints the trace and then waits; Linux, kernel/panic.c. 6.12.118 has both. */
const panicFunctions: readonly string[] = ['panic', 'vpanic'];

/**
 * Compares the stack of the CPU that panicked with the kernel's own `Call Trace`, from the caller
 * of `panic` on: what that does after it printed the trace is not in it.
 */
export function comparePanic(answer: BtAnswer, panic: PanicTruth): Comparison {
  const subject = `CPU ${panic.cpu}, which panicked`;
  const frames = afterPanic(panic.frames.filter(({ reliable }) => reliable));
  const truth = frames.map(showFrame);
  const stack = answer.stacks.find(({ pid, cpu }) => pid === panic.pid && cpu === panic.cpu);
  if (stack === undefined) {
    const missing = { subject, field: 'missing', truth: truth.join(' < '), answer: '' };
    return { compared: 1, excluded: [], differences: [missing] };
  }
  const shown = afterPanic(
    stack.frames
      .filter(({ kind }) => kind !== 'user')
      .map(({ address, symbol, offset, module }) => ({
        symbol: symbol ?? address,
        offset: offset ?? 0,
        module: module ?? null,
      })),
  ).map((frame, index) => (isAfterLastCall(frames[index]) ? truth[index] : showFrame(frame)) ?? '');
  return { compared: 1, excluded: [], differences: compareFrames(subject, truth, shown) };
}

/**
 * riscv64 names a return address by the function that it lies in. After a call that never returns,
 * as that of `panic`, the next function begins. Source: Linux, arch/riscv/kernel/stacktrace.c
 * (print_trace_address).
 */
function isAfterLastCall(frame: { readonly offset: number } | undefined): boolean {
  return frame?.offset === 0;
}

function afterPanic<Frame extends { readonly symbol: string }>(
  frames: readonly Frame[],
): readonly Frame[] {
  return frames.slice(frames.findIndex(({ symbol }) => panicFunctions.includes(symbol)) + 1);
}
