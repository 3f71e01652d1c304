import {
  hex,
  type Kernel,
  type Registers,
  type StackEnd,
  type StackReader,
  tryRead,
  type Unwinder,
  type UnwindStart,
  type VirtualAddress,
} from '@vmcorekit/core';
import { callerByLink } from '../caller-by-link.ts';
import { complete, incomplete } from '../stack-end.ts';
import type { StackRegion } from '../stack-regions.ts';
import { replacedReturn } from '../traced-returns.ts';
import { type FrameRules, type FrameState, openFrameWalk } from '../walk-frames.ts';
import { stacksOf } from './cpu-stacks.ts';
import { isEntryCode } from './entry-code.ts';
import { callBefore, hasLeftFrame } from './instructions.ts';
import { isUserMode, registersIn } from './interrupt-frame.ts';
import { frameAlignment, linkSaveOffset } from './stack-frame.ts';

/** One frame, and the registers of an exact one. */
export interface ChainState extends FrameState {
  readonly registers: Registers;
}

const noRegisters: Registers = new Map();
const plain = { isExact: false, isUser: false, isGuess: false, note: null, registers: noRegisters };

/** How the back chain links frames. */
export const backChainRules: FrameRules<ChainState> = {
  name: 'back-chain',
  codeAlignment: 4n,
  stacksOf,
  first: stateOf,
  whyUnknown: (kernel, { pc }) =>
    isEntryCode(kernel, pc)
      ? 'entry code runs, and has not yet put on a stack what it interrupted'
      : undefined,
  next: (kernel, state, start, region) =>
    linkedCaller(kernel, state) ?? nextFrame(kernel, state, start, region),
};

/**
 * Unwinds by the back chain of ppc64: each frame begins with the address of its caller's, in which
 * the return address lies. Frames of entry code have a marker and the registers that they saved.
 * Where an interrupt stopped a function that has no frame, the link register shows its caller.
 * Source: Linux, arch/powerpc/kernel/process.c (show_stack); 64-Bit ELF V2 ABI Specification.
 */
export const ppc64BackChain: Unwinder = {
  name: 'ppc64-back-chain',
  summary: 'unwinds by the back chain of ppc64',
  architecture: 'ppc64',
  open: (kernel: Kernel): StackReader | string => openFrameWalk(kernel, backChainRules),
};

function stateOf({ registers, isExact }: Pick<UnwindStart, 'registers' | 'isExact'>): ChainState {
  return {
    ...plain,
    pc: registers.get('nip') ?? 0n,
    start: registers.get('r1') ?? 0n,
    isExact,
    isUser: isUserMode(registers),
    registers: isExact ? registers : noRegisters,
  };
}

/** The caller of an interrupted function that has no frame, or none any more. */
function linkedCaller(
  kernel: Kernel,
  { pc, start, isExact, registers }: ChainState,
): ChainState | undefined {
  if (!isExact) {
    return undefined;
  }
  const { memory } = kernel;
  const chain = tryRead(() => memory.readPointer(start));
  const hasLeft = hasLeftFrame(kernel, pc);
  const caller = callerByLink(kernel, {
    pc,
    link: hasLeft ? tryRead(() => memory.readPointer(start + linkSaveOffset)) : registers.get('lr'),
    savedAt: hasLeft || chain === undefined ? undefined : chain + linkSaveOffset,
    callBefore: (address) => callBefore(kernel, address),
  });
  return caller === undefined ? undefined : { ...plain, ...caller, start };
}

function nextFrame(
  kernel: Kernel,
  state: ChainState,
  { task }: UnwindStart,
  region: StackRegion | undefined,
): ChainState | StackEnd {
  const chain = kernel.memory.readPointer(state.start);
  const entered = interruptedAt(kernel, state.start, chain, region);
  if (entered !== undefined) {
    return entered;
  }
  if (chain === 0n) {
    return complete('end-of-stack');
  }
  if (chain % frameAlignment !== 0n) {
    return incomplete('broken', `no frame can lie at ${hex(chain)}`);
  }
  const slot = chain + linkSaveOffset;
  const pc = kernel.memory.readPointer(slot);
  if (isOutermost(kernel, chain, pc)) {
    return complete('end-of-stack');
  }
  const frame = { ...plain, pc, start: chain };
  const traced = replacedReturn(kernel, task, pc, { slot });
  return traced === undefined || 'reason' in traced
    ? (traced ?? frame)
    : { ...frame, pc: traced.address, note: traced.note };
}

/** The first function of a thread of the kernel has a frame below it that none returns to. */
function isOutermost({ memory }: Kernel, frame: VirtualAddress, returnAddress: bigint): boolean {
  return returnAddress === 0n && tryRead(() => memory.readPointer(frame)) === 0n;
}

/**
 * What entry code interrupted, if a frame is its own. A marker that an older frame left is not of
 * this one: its back chain leads elsewhere than the saved stack pointer.
 */
function interruptedAt(
  kernel: Kernel,
  frame: VirtualAddress,
  chain: VirtualAddress,
  region: StackRegion | undefined,
): ChainState | StackEnd | undefined {
  const registers = registersIn(kernel, frame, region);
  if (registers === undefined) {
    return undefined;
  }
  const state = stateOf({ registers, isExact: true });
  if (state.isUser) {
    return chain === 0n || chain === state.start ? state : undefined;
  }
  if (chain === 0n && state.pc === 0n) {
    return complete('end-of-stack');
  }
  return chain === state.start ? state : undefined;
}
