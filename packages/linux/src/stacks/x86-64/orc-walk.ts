import {
  hex,
  isUnreadable,
  type Kernel,
  type StackEnd,
  type StackFrame,
  type StackTrace,
  type UnwindStart,
  type VirtualAddress,
} from '@vmcorekit/core';
import { nameFrame } from '../name-frame.ts';
import { complete, incomplete } from '../stack-end.ts';
import { StackOrder, type StackRegion } from '../stack-regions.ts';
import { moduleOrcAt } from './module-orc.ts';
import { orcStep, startStateOf, type UnwindState } from './orc-step.ts';
import type { OrcTables } from './orc-tables.ts';

/** Deeper stacks do not fit in 16 KiB; a damaged one may have no end. */
const maxFrames = 512;

/** What a walk needs of a kernel. */
export interface OrcWalkParts {
  readonly kernel: Kernel;
  readonly tables: OrcTables;
  readonly regionsOf: (start: UnwindStart) => readonly StackRegion[];
}

/** The frames of one stack. Never throws for what the memory holds. */
export function walkByOrc(parts: OrcWalkParts, start: UnwindStart): StackTrace {
  const frames: StackFrame[] = [];
  const walk = new OrcWalk(parts, start, frames);
  let end: StackEnd;
  try {
    end = walk.run();
  } catch (error) {
    if (!(error instanceof Error) || !isUnreadable(error)) {
      throw error;
    }
    end = incomplete('lost', error.message);
  }
  return { frames, end, by: 'orc', remarks: [] };
}

class OrcWalk {
  readonly #parts: OrcWalkParts;
  readonly #frames: StackFrame[];
  readonly #start: UnwindStart;
  readonly #order: StackOrder;

  constructor(parts: OrcWalkParts, start: UnwindStart, frames: StackFrame[]) {
    this.#parts = parts;
    this.#start = start;
    this.#frames = frames;
    this.#order = new StackOrder(parts.regionsOf(start), start.registers.get('rsp') ?? 0n);
  }

  run(): StackEnd {
    let state = startStateOf(this.#start);
    if (state.isUser) {
      this.#add(state, 'user');
      return complete('not-in-kernel');
    }
    this.#add(state, state.isExact ? 'running' : 'return');
    while (this.#frames.length < maxFrames) {
      const next = this.#next(state);
      if ('reason' in next) {
        return next;
      }
      const wrong = next.isUser ? undefined : this.#order.moveTo(next.sp);
      if (wrong !== undefined) {
        return incomplete('broken', `${wrong} at ${hex(next.sp)}`);
      }
      this.#add(next, next.isUser ? 'user' : next.isExact ? 'interrupted' : 'return');
      if (next.isUser) {
        return complete('user-mode');
      }
      state = next;
    }
    return incomplete('limit', `there are more than ${maxFrames} frames`);
  }

  #next(state: UnwindState): UnwindState | StackEnd {
    const { kernel, tables } = this.#parts;
    const rule = tables.ruleAt(codeAddress(state));
    if (rule === undefined) {
      return incomplete('unknown-code', `no code of the kernel or a module is at ${hex(state.ip)}`);
    }
    if (rule.entry.kind === 'end') {
      return complete('end-of-stack');
    }
    if (rule.entry.kind === 'undefined') {
      return incomplete('unknown-code', `the kernel has no rule to unwind ${hex(state.ip)}`);
    }
    const next = orcStep(kernel.memory, state, rule.entry);
    return typeof next === 'string'
      ? incomplete('broken', `the frame at ${hex(state.ip)} cannot be left: ${next}`)
      : next;
  }

  /** Only asked for code outside of the kernel's own, because it reads every module. */
  #moduleAt(state: UnwindState): string | null {
    const { kernel, tables } = this.#parts;
    const address = codeAddress(state);
    return tables.isOfKernel(address) ? null : (moduleOrcAt(kernel, address)?.name ?? null);
  }

  #add(state: UnwindState, kind: StackFrame['kind']): void {
    this.#frames.push(
      nameFrame(this.#parts.kernel, {
        address: state.ip,
        kind,
        stackPointer: state.sp,
        module: kind === 'user' ? null : this.#moduleAt(state),
        stack: kind === 'user' ? null : (this.#order.region?.name ?? null),
      }),
    );
  }
}

/** The address whose rule and name count: within the call that a return address follows. */
function codeAddress({ ip, isExact }: UnwindState): VirtualAddress {
  return isExact || ip === 0n ? ip : ip - 1n;
}
