import {
  hex,
  type Kernel,
  type Registers,
  type StackEnd,
  type UnwindStart,
  uint64At,
  type VirtualAddress,
} from '@vmcorekit/core';
import { complete, incomplete } from '../stack-end.ts';
import type { StackRegion } from '../stack-regions.ts';
import { replacedReturn } from '../traced-returns.ts';
import type { FrameState } from '../walk-frames.ts';
import { isBootEntry, isEntryCode, isStartCode } from './entry-code.ts';
import { isUserMode, ptRegsSizeOf, readPtRegs } from './pt-regs.ts';

/** Right below the frame pointer lie the caller's frame pointer and the return address. */
const recordSizeInBytes = 16;
const alignmentInBytes = 8n;

/** One frame. */
export interface PointedState extends FrameState {
  /** Where it ends, and its caller's begins; undefined where it is not known. */
  readonly fp: VirtualAddress | undefined;
  /** All that are known; of an exact frame alone. */
  readonly registers: Registers;
}

const noRegisters: Registers = new Map();
/** What most frames have in common. */
export const plainState: Omit<PointedState, 'pc' | 'start' | 'fp'> = {
  isExact: false,
  registers: noRegisters,
  isUser: false,
  isGuess: false,
  note: null,
};

/** The innermost frame, or one that an exception interrupted. */
export function stateOf({ registers, isExact }: Omit<UnwindStart, 'task' | 'cpu'>): PointedState {
  return {
    ...plainState,
    pc: registers.get('pc') ?? 0n,
    start: registers.get('sp') ?? 0n,
    fp: registers.get('s0'),
    isExact,
    registers: isExact ? registers : noRegisters,
    isUser: isUserMode(registers),
  };
}

/**
 * The frame that called this one, or that it interrupted; else why the stack ends. Source: Linux,
 * arch/riscv/kernel/stacktrace.c (walk_stackframe), arch/riscv/kernel/entry.S.
 */
export function nextFrame(
  kernel: Kernel,
  state: PointedState,
  { task }: Pick<UnwindStart, 'task'>,
  region: StackRegion | undefined,
): PointedState | StackEnd {
  const { memory } = kernel;
  if (!state.isExact && isStartCode(kernel, state.pc)) {
    const program = stateOf({ registers: readPtRegs(memory, state.start), isExact: true });
    // Threads of the kernel have no program.
    return program.isUser ? program : complete('end-of-stack');
  }
  if (!state.isExact && isEntryCode(kernel, state.pc)) {
    // Its stack pointer is where it saved the registers, and it makes no frame.
    return stateOf({ registers: readPtRegs(memory, state.start), isExact: true });
  }
  const { fp } = state;
  if (fp === 0n) {
    return complete('end-of-stack');
  }
  if (fp === undefined || fp % alignmentInBytes !== 0n) {
    return incomplete('broken', `no frame can end at ${fp === undefined ? '?' : hex(fp)}`);
  }
  if (isTopOf(kernel, region, 'overflow', fp)) {
    // The code that sees an overflow jumps on, so no return address leads to it.
    return stateOf({ registers: readPtRegs(memory, fp), isExact: true });
  }
  const bytes = memory.read(fp - BigInt(recordSizeInBytes), recordSizeInBytes);
  const next = uint64At(bytes, 0, memory.byteOrder);
  const pc = uint64At(bytes, 8, memory.byteOrder);
  if (isBootEntry(kernel, pc)) {
    return complete('end-of-stack');
  }
  const frame = { ...plainState, pc, start: fp, fp: next };
  // Both tracers know a call by the frame pointer of its caller.
  const traced = replacedReturn(kernel, task, pc, { slot: fp - 8n, key: next });
  return traced === undefined || 'reason' in traced
    ? (traced ?? frame)
    : { ...frame, pc: traced.address, note: traced.note };
}

/** Whether a frame ends where registers were saved at the top of a stack of this name. */
function isTopOf(
  kernel: Kernel,
  region: StackRegion | undefined,
  name: string,
  fp: VirtualAddress,
): boolean {
  const size = ptRegsSizeOf(kernel);
  return region?.name === name && size !== undefined && fp === region.end - size;
}
