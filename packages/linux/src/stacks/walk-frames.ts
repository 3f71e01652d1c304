import {
  hex,
  type Kernel,
  type StackEnd,
  type StackFrame,
  type StackReader,
  type UnwindStart,
  type VirtualAddress,
} from '@vmcorekit/core';
import { codeAt } from './code-at.ts';
import { nameFrame } from './name-frame.ts';
import { complete, incomplete } from './stack-end.ts';
import type { StackMachine } from './stack-machine.ts';
import { StackOrder, type StackRegion } from './stack-regions.ts';
import { traceBy } from './trace-by.ts';

/** Deeper stacks do not fit in 16 KiB; a damaged one may have no end. */
const maxFrames = 512;

/** One frame of a walk. */
export interface FrameState {
  readonly pc: VirtualAddress;
  /** Its stack pointer; 0 where it has none. */
  readonly start: VirtualAddress;
  /** True where `pc` is the next instruction; false where it is a return address. */
  readonly isExact: boolean;
  readonly isUser: boolean;
  readonly isGuess: boolean;
  readonly note: string | null;
}

/** How one architecture links its frames. Reads throw `not-mapped` or `page-unreadable`. */
export interface FrameRules<State extends FrameState> {
  readonly name: string;
  /** What every instruction's address is a multiple of. */
  readonly codeAlignment: bigint;
  readonly stacksOf: StackMachine['stacksOf'];
  first(start: UnwindStart): State;
  /** Why nothing is known of what called the code where a CPU stands; undefined elsewhere. */
  whyUnknown?(kernel: Kernel, state: State): string | undefined;
  /** Why frames between it and the next are not known; undefined where none is missing. */
  whyMissing?(kernel: Kernel, state: State): string | undefined;
  /** Where a frame keeps its link to the next, which must lie on a known stack, too. */
  linkOf?(state: State): VirtualAddress;
  /**
   * The frame that called this one, or that it interrupted; else why the stack ends.
   * @param region the stack that this frame is on
   */
  next(
    kernel: Kernel,
    state: State,
    start: UnwindStart,
    region: StackRegion | undefined,
  ): State | StackEnd;
}

/** Reads stacks by the links between their frames; a sentence where no symbols say what is code. */
export function openFrameWalk<State extends FrameState>(
  kernel: Kernel,
  rules: FrameRules<State>,
): StackReader | string {
  return kernel.symbols.find('_stext') === undefined
    ? 'no symbols say where the code of the kernel is'
    : {
        trace: (start) => traceBy(rules.name, (frames) => walk(kernel, rules, start, frames)),
      };
}

/** A walk over one stack, with what each frame was found by. */
export interface Walked<State> {
  readonly states: readonly State[];
  readonly end: StackEnd;
}

/** The states of a walk: one for each of its frames. Never throws for what the memory holds. */
export function statesOfWalk<State extends FrameState>(
  kernel: Kernel,
  rules: FrameRules<State>,
  start: UnwindStart,
): Walked<State> {
  const states: State[] = [];
  const { end } = traceBy(rules.name, (frames) =>
    walk(kernel, rules, start, frames, (state) => states.push(state)),
  );
  return { states, end };
}

interface Walk<State extends FrameState> {
  readonly start: UnwindStart;
  readonly state: State;
  readonly order: StackOrder;
  readonly frames: readonly StackFrame[];
  readonly add: (state: State) => void;
}

function walk<State extends FrameState>(
  kernel: Kernel,
  rules: FrameRules<State>,
  start: UnwindStart,
  frames: StackFrame[],
  see?: (state: State) => void,
): StackEnd {
  const state = rules.first(start);
  const order = new StackOrder(rules.stacksOf(kernel, start), state.start);
  const add = (each: State) => {
    frames.push(frameOf(kernel, each, order, frames.length === 0 ? 'running' : 'interrupted'));
    see?.(each);
  };
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
  const unknown = state.isExact ? rules.whyUnknown?.(kernel, state) : undefined;
  if (unknown !== undefined) {
    return incomplete('broken', unknown);
  }
  const missing = state.isExact ? rules.whyMissing?.(kernel, state) : undefined;
  const end = walkOn(kernel, rules, { start, state, order, frames, add });
  return missing === undefined || !end.isComplete
    ? end
    : { ...end, isComplete: false, detail: missing };
}

/** From a frame that is listed already. */
function walkOn<State extends FrameState>(
  kernel: Kernel,
  rules: FrameRules<State>,
  { start, state: first, order, frames, add }: Walk<State>,
): StackEnd {
  let state = first;
  while (frames.length < maxFrames) {
    const link = rules.linkOf?.(state) ?? state.start;
    const wrongLink = link === state.start ? undefined : moveTo(order, link);
    if (wrongLink !== undefined) {
      return wrongLink;
    }
    const next = rules.next(kernel, state, start, order.region);
    if ('reason' in next) {
      return next;
    }
    if (next.isUser) {
      add(next);
      return complete('user-mode');
    }
    if (codeAt(kernel, codeAddressOf(next)) === undefined || next.pc % rules.codeAlignment !== 0n) {
      return noCode(next);
    }
    // A function that was stopped before it made its frame shares the stack of its caller.
    const isShared = state.isExact && (next.start === state.start || next.start === link);
    const wrongFrame = isShared ? undefined : moveTo(order, next.start);
    if (wrongFrame !== undefined) {
      return wrongFrame;
    }
    add(next);
    state = next;
  }
  return incomplete('limit', `there are more than ${maxFrames} frames`);
}

function noCode({ pc }: FrameState): StackEnd {
  return incomplete('unknown-code', `${hex(pc)} is no code of the kernel or a module`);
}

/** Undefined where the step is allowed. The outermost frame of a kernel may lead to none. */
function moveTo(order: StackOrder, to: VirtualAddress): StackEnd | undefined {
  const wrong = to === 0n ? undefined : order.moveTo(to);
  return wrong === undefined ? undefined : incomplete('broken', `${wrong} at ${hex(to)}`);
}

function frameOf(
  kernel: Kernel,
  state: FrameState,
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
function codeAddressOf({ pc, isExact }: FrameState): VirtualAddress {
  return isExact || pc === 0n ? pc : pc - 1n;
}
