import {
  hex,
  type StackEnd,
  type StackFrame,
  type StackTrace,
  type UnwindStart,
} from '@vmcorekit/core';
import { bpfCodeAt } from '../bpf-code.ts';
import { codeAt } from '../code-at.ts';
import { nameFrame } from '../name-frame.ts';
import { complete, incomplete } from '../stack-end.ts';
import { StackOrder, type StackRegion } from '../stack-regions.ts';
import { traceBy } from '../trace-by.ts';
import type { Walked } from '../walk-frames.ts';
import { moduleOrcAt } from './module-orc.ts';
import { callingFrame, type OrcParts } from './orc-caller.ts';
import { codeAddressOf, startStateOf, type UnwindState } from './orc-step.ts';

/** Deeper stacks do not fit in 16 KiB; a damaged one may have no end. */
const maxFrames = 512;

/** What a walk needs of a kernel. */
export interface OrcWalkParts extends OrcParts {
  readonly regionsOf: (start: UnwindStart) => readonly StackRegion[];
}

/** The frames of one stack. Never throws for what the memory holds. */
export function walkByOrc(parts: OrcWalkParts, start: UnwindStart): StackTrace {
  return traceBy('orc', (frames) => walk(parts, start, frames), parts.tables.remarks);
}

/** The states of that walk: one for each of its frames. */
export function statesOfOrc(parts: OrcWalkParts, start: UnwindStart): Walked<UnwindState> {
  const states: UnwindState[] = [];
  const { end } = traceBy('orc', (frames) =>
    walk(parts, start, frames, (state) => states.push(state)),
  );
  return { states, end };
}

function walk(
  parts: OrcWalkParts,
  start: UnwindStart,
  frames: StackFrame[],
  see?: (state: UnwindState) => void,
): StackEnd {
  let state = startStateOf(start);
  see?.(state);
  if (state.isUser) {
    frames.push(frameOf(parts, state, 'user', null));
    return complete('not-in-kernel');
  }
  const order = new StackOrder(parts.regionsOf(start), state.sp);
  const stackName = () => order.region?.name ?? null;
  frames.push(frameOf(parts, state, state.isExact ? 'running' : 'return', stackName()));
  while (frames.length < maxFrames) {
    const next = callingFrame(parts, state, start, order.region);
    if ('reason' in next) {
      guessLast(parts, frames, state, next);
      return next;
    }
    if (next.isUser) {
      see?.(next);
      frames.push(frameOf(parts, next, 'user', null));
      return complete('user-mode');
    }
    const wrong = order.moveTo(next.sp);
    if (wrong !== undefined) {
      return incomplete('broken', `${wrong} at ${hex(next.sp)}`);
    }
    see?.(next);
    frames.push(frameOf(parts, next, next.isExact ? 'interrupted' : 'return', stackName()));
    state = next;
  }
  return incomplete('limit', `there are more than ${maxFrames} frames`);
}

/** A word of the stack that leads to no code may be no return address. */
function guessLast(
  { kernel }: OrcWalkParts,
  frames: StackFrame[],
  state: UnwindState,
  end: StackEnd,
): void {
  const last = frames.at(-1);
  if (last === undefined || end.reason !== 'unknown-code' || state.isExact) {
    return;
  }
  if (codeAt(kernel, codeAddressOf(state)) === undefined) {
    frames[frames.length - 1] = { ...last, isGuess: true };
  }
}

function frameOf(
  { kernel, tables }: OrcWalkParts,
  state: UnwindState,
  kind: StackFrame['kind'],
  stack: string | null,
): StackFrame {
  const { ip, sp, note } = state;
  const address = codeAddressOf(state);
  // Only asked for code outside of the kernel's own, because it reads every module.
  const isOwn = kind === 'user' || tables.isOfKernel(address);
  const module = isOwn ? undefined : moduleOrcAt(kernel, address)?.name;
  const bpf = isOwn || module !== undefined ? undefined : bpfCodeAt(kernel, address);
  return nameFrame(kernel, {
    address: ip,
    kind,
    stackPointer: sp,
    stack,
    note: note ?? (bpf !== undefined && bpf.name === null ? 'a BPF filter' : null),
    module: module ?? null,
    ...(bpf === undefined ? {} : { code: bpf }),
  });
}
