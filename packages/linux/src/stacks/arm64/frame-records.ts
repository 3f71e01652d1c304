import {
  hex,
  type Kernel,
  type StackEnd,
  type StackFrame,
  type StackReader,
  type Unwinder,
  type UnwindStart,
  type VirtualAddress,
} from '@vmcorekit/core';
import { codeAt } from '../code-at.ts';
import { nameFrame } from '../name-frame.ts';
import { complete, incomplete } from '../stack-end.ts';
import { StackOrder } from '../stack-regions.ts';
import { traceBy } from '../trace-by.ts';
import { stacksOf } from './cpu-stacks.ts';
import { isEntryCode } from './entry-code.ts';
import { nextFrame, type RecordState, stateOf } from './frame-record.ts';
import { linkedCaller } from './link-register.ts';
import { ptRegsLayoutOf } from './pt-regs.ts';

/** Deeper stacks do not fit in 16 KiB; a damaged one may have no end. */
const maxFrames = 512;
const codeAlignment = 4n;

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
  open: (kernel: Kernel): StackReader | string =>
    kernel.symbols.find('_stext') === undefined
      ? 'no symbols say where the code of the kernel is'
      : { trace: (start) => traceBy('frame-records', (frames) => walk(kernel, start, frames)) },
};

function walk(kernel: Kernel, start: UnwindStart, frames: StackFrame[]): StackEnd {
  let state = stateOf(start);
  const order = new StackOrder(stacksOf(kernel, start), state.start);
  const add = (each: RecordState) =>
    frames.push(frameOf(kernel, each, order, frames.length === 0 ? 'running' : 'interrupted'));
  add(state);
  if (state.isUser) {
    return complete('not-in-kernel');
  }
  if (state.isExact && state.start === order.region?.end) {
    return complete('not-in-kernel', 'the CPU enters or leaves the kernel: its stack is empty');
  }
  if (codeAt(kernel, codeAddressOf(state)) === undefined) {
    return noCode(state);
  }
  if (state.isExact && isEntryCode(kernel, state.pc) && !isAtOwnRecord(kernel, state)) {
    return incomplete('broken', "entry code runs, whose frame pointer is not yet the kernel's");
  }
  while (frames.length < maxFrames) {
    const wrongRecord = state.fp === state.start ? undefined : moveTo(order, state.fp);
    if (wrongRecord !== undefined) {
      return wrongRecord;
    }
    const caller = state.isExact ? linkedCaller(kernel, state) : undefined;
    if (caller !== undefined) {
      add(caller);
    }
    const next = nextFrame(kernel, state, start);
    if ('reason' in next) {
      return next;
    }
    if (next.isUser) {
      add(next);
      return complete('user-mode');
    }
    if (codeAt(kernel, codeAddressOf(next)) === undefined || next.pc % codeAlignment !== 0n) {
      return noCode(next);
    }
    const wrongFrame = moveTo(order, next.start);
    if (wrongFrame !== undefined) {
      return wrongFrame;
    }
    add(next);
    state = next;
  }
  return incomplete('limit', `there are more than ${maxFrames} frames`);
}

function noCode({ pc }: RecordState): StackEnd {
  return incomplete('unknown-code', `${hex(pc)} is no code of the kernel or a module`);
}

/** Undefined where the step is allowed. The outermost record of a kernel may lead to none. */
function moveTo(order: StackOrder, to: VirtualAddress): StackEnd | undefined {
  const wrong = to === 0n ? undefined : order.moveTo(to);
  return wrong === undefined ? undefined : incomplete('broken', `${wrong} at ${hex(to)}`);
}

/** Whether the frame pointer is the one that entry code gives itself: in the saved registers. */
function isAtOwnRecord(kernel: Kernel, { start, fp }: RecordState): boolean {
  const offset = ptRegsLayoutOf(kernel)?.recordOffset;
  return offset !== undefined && fp === start + BigInt(offset);
}

function frameOf(
  kernel: Kernel,
  state: RecordState,
  order: StackOrder,
  kindOfExact: 'running' | 'interrupted',
): StackFrame {
  const { pc, start, isExact, isUser, isGuess, note } = state;
  const code = isUser ? undefined : codeAt(kernel, codeAddressOf(state));
  const bpf = code?.bpf ?? null;
  return nameFrame(kernel, {
    address: pc,
    kind: isUser ? 'user' : isExact ? kindOfExact : 'return',
    stackPointer: start === 0n ? null : start,
    stack: isUser ? null : (order.region?.name ?? null),
    isGuess,
    note: note ?? (bpf !== null && bpf.name === null ? 'a BPF filter' : null),
    module: code?.module ?? null,
    ...(bpf === null ? {} : { code: bpf }),
  });
}

/** The address whose code and name count: within the call that a return address follows. */
function codeAddressOf({ pc, isExact }: RecordState): VirtualAddress {
  return isExact || pc === 0n ? pc : pc - 1n;
}
