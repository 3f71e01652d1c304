import {
  hex,
  type Kernel,
  type Registers,
  type StackEnd,
  type StackReader,
  type Unwinder,
  type UnwindStart,
  type VirtualAddress,
} from '@vmcorekit/core';
import { callerByLink } from '../caller-by-link.ts';
import { complete, incomplete } from '../stack-end.ts';
import type { StackRegion } from '../stack-regions.ts';
import { replacedReturn } from '../traced-returns.ts';
import { type FrameRules, type FrameState, openFrameWalk } from '../walk-frames.ts';
import { callBefore } from './call-before.ts';
import { stacksOf } from './cpu-stacks.ts';
import { interruptedBy, isEntryCode } from './entry-code.ts';
import { isUserMode, ptRegsLayoutOf, readPtRegs } from './pt-regs.ts';
import { frameAlignment, type StackFrameLayout, stackFrameLayoutOf } from './stack-frame.ts';

/** One frame, and the registers of an exact one. */
export interface ChainState extends FrameState {
  readonly registers: Registers;
  /** Of the first frame, for the lowcore has what it interrupted. */
  readonly cpu: number | null;
}

const noRegisters: Registers = new Map();
const plain = {
  ...{ isExact: false, isUser: false, isGuess: false, note: null },
  ...{ registers: noRegisters, cpu: null },
};

/** How the back chain links frames. */
export const backChainRules: FrameRules<ChainState> = {
  name: 'back-chain',
  codeAlignment: 2n,
  stacksOf,
  first: (start) => ({ ...stateOf(start), cpu: start.cpu }),
  whyUnknown: (kernel, state) =>
    isEntryCode(kernel, state.pc) && interrupted(kernel, state) === undefined
      ? 'entry code runs, and has not yet put on a stack what it interrupted'
      : undefined,
  next: (kernel, state, start, region) => {
    const layout = stackFrameLayoutOf(kernel);
    return layout === undefined
      ? incomplete('broken', "the kernel's types do not describe struct stack_frame")
      : (interrupted(kernel, state) ??
          linkedCaller(kernel, layout, state) ??
          nextFrame(kernel, layout, state, { start, region }));
  },
};

/**
 * Unwinds by the back chain of s390x, a pointer in each frame to that of its caller. Where an
 * interrupt stopped a function that has no frame, register 14 shows its caller. Source: Linux,
 * arch/s390/kernel/unwind_bc.c; ELF Application Binary Interface s390x Supplement.
 */
export const s390xBackChain: Unwinder = {
  name: 's390x-back-chain',
  summary: 'unwinds by the back chain of s390x',
  architecture: 's390x',
  open: (kernel: Kernel): StackReader | string => openFrameWalk(kernel, backChainRules),
};

function stateOf({ registers, isExact }: Pick<UnwindStart, 'registers' | 'isExact'>): ChainState {
  return {
    ...plain,
    pc: registers.get('psw_addr') ?? 0n,
    start: registers.get('r15') ?? 0n,
    isExact,
    isUser: isUserMode(registers),
    registers: isExact ? registers : noRegisters,
  };
}

/** What the code that a CPU stands at has just interrupted. */
function interrupted(
  kernel: Kernel,
  { isExact, registers, cpu }: ChainState,
): ChainState | undefined {
  const saved = isExact ? interruptedBy(kernel, registers, cpu) : undefined;
  return saved === undefined ? undefined : stateOf({ registers: saved, isExact: true });
}

/** The caller of an interrupted function without a frame of its own, whose frame it shares. */
function linkedCaller(
  kernel: Kernel,
  layout: StackFrameLayout,
  state: ChainState,
): ChainState | undefined {
  const { pc, start, isExact, registers } = state;
  if (!isExact) {
    return undefined;
  }
  const chain = backChainOf(kernel, layout, state);
  const caller = callerByLink(kernel, {
    pc,
    link: registers.get('r14'),
    savedAt: chain === 0n ? undefined : chain + BigInt(layout.returnAddressOffset),
    callBefore: (address) => callBefore(kernel, address),
  });
  return caller === undefined ? undefined : { ...plain, ...caller, start };
}

function nextFrame(
  kernel: Kernel,
  layout: StackFrameLayout,
  state: ChainState,
  { start, region }: { readonly start: UnwindStart; readonly region: StackRegion | undefined },
): ChainState | StackEnd {
  const chain = backChainOf(kernel, layout, state);
  if (chain === 0n) {
    return withoutChain(kernel, state, state.start + BigInt(layout.sizeInBytes), region);
  }
  if (chain % frameAlignment !== 0n) {
    return incomplete('broken', `no frame can lie at ${hex(chain)}`);
  }
  const slot = chain + BigInt(layout.returnAddressOffset);
  const pc = kernel.memory.readPointer(slot);
  const frame = { ...plain, pc, start: chain };
  const traced = replacedReturn(kernel, start.task, pc, { slot, key: chain });
  return traced === undefined || 'reason' in traced
    ? (traced ?? frame)
    : { ...frame, pc: traced.address, note: traced.note };
}

/** What calls the function of a thread. Source: Linux, arch/s390/kernel/entry.S. */
const firstOfThread = 'ret_from_fork';

/** `stg` of a register to the back chain of the frame that register 15 was just moved to. */
const storeOfChain = { first: 0xe3, third: 0xf0, last: 0x24 } as const;

/** The frame that this one's back chain leads to; 0 where it has none. */
function backChainOf(
  kernel: Kernel,
  { backChainOffset }: StackFrameLayout,
  { pc, start, isExact, registers }: ChainState,
): VirtualAddress {
  const { memory } = kernel;
  // A function that is about to store its back chain has it in a register.
  const code = isExact ? memory.tryRead(pc, 6) : undefined;
  const [first, second = 0, third, low] = code ?? [];
  const isStored = !(
    first === storeOfChain.first &&
    third === (storeOfChain.third | (backChainOffset >> 8)) &&
    low === (backChainOffset & 0xff) &&
    code?.[5] === storeOfChain.last
  );
  const kept = isStored ? undefined : registers.get(`r${second >> 4}`);
  return kept ?? memory.readPointer(start + BigInt(backChainOffset));
}

/**
 * The outermost frame of a stack. After it lie the registers of what entered the kernel there: a
 * program, or code of the kernel that was interrupted. A thread of the kernel has zeros, and up to
 * 6.1 what it began with.
 */
function withoutChain(
  kernel: Kernel,
  { pc }: ChainState,
  at: VirtualAddress,
  region: StackRegion | undefined,
): ChainState | StackEnd {
  const layout = ptRegsLayoutOf(kernel);
  if (
    layout === undefined ||
    region === undefined ||
    at + BigInt(layout.sizeInBytes) > region.end
  ) {
    return complete('end-of-stack');
  }
  const state = stateOf({ registers: readPtRegs(kernel.memory, at, layout), isExact: true });
  const isThread = kernel.symbols.at(pc, 'return')?.name === firstOfThread && !state.isUser;
  return state.pc === 0n || isThread ? complete('end-of-stack') : state;
}
