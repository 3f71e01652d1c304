import {
  hex,
  type Kernel,
  type Registers,
  type StackEnd,
  type StackReader,
  type Unwinder,
  uint32At,
  type VirtualAddress,
} from '@vmcorekit/core';
import { isBootCode } from '../kernel-text.ts';
import { complete, incomplete } from '../stack-end.ts';
import type { StackRegion } from '../stack-regions.ts';
import { type FrameRules, type FrameState, openFrameWalk } from '../walk-frames.ts';
import { callTargetBefore } from '../x86-64/call-sites.ts';
import { isAfterCall } from '../x86-64/kernel-code.ts';
import { frameProgressAt, makesFrame } from '../x86-frame-code.ts';
import { stacksOf } from './cpu-stacks.ts';
import { isEntryCode } from './entry-code.ts';
import { frameCode } from './frame-code.ts';
import { isUserMode, ptRegsSizeInBytes, readPtRegs } from './pt-regs.ts';

/** Functions of every kernel that call others. */
const someFunctions = ['schedule', 'kthread', 'do_exit', 'vfs_read', 'schedule_timeout'];
const wordSizeInBytes = 4n;
const recordSizeInBytes = 8;
/**
 * Where an interrupt or exception saved registers, the frame pointer is their address without this
 * bit, which each address of the kernel has. Source: Linux, arch/x86/include/asm/frame.h
 * (encode_frame_pointer).
 */
const encodedBit = 0x8000_0000n;
/**
 * The most between the registers of a program and the end of a task's stack. Source: Linux,
 * arch/x86/include/asm/thread_info.h (TOP_OF_KERNEL_STACK_PADDING).
 */
const largestPadding = 16n;

/** One frame. */
export interface PointedState extends FrameState {
  /** The frame pointer that its function has, or that of the caller where it has none yet. */
  readonly bp: VirtualAddress | undefined;
}

const plain = { isExact: false, isUser: false, isGuess: false, note: null } as const;

/** How frame pointers are linked. */
export const framePointerRules: FrameRules<PointedState> = {
  name: 'frame-pointers-i386',
  codeAlignment: 1n,
  stacksOf,
  first: ({ registers, isExact }) => stateOf(registers, isExact),
  whyUnknown: (kernel, { pc }) =>
    isEntryCode(kernel, pc, 'exact') && !isFirstOf(kernel, pc)
      ? 'code that enters or leaves the kernel runs, which makes no frame'
      : undefined,
  next: (kernel, state, _start, region) => nextFrame(kernel, state, region),
};

/**
 * Unwinds by the frame pointers that i386 kernels keep (UNWINDER_FRAME_POINTER, their default). A
 * frame pointer leads to that of the caller, and the return address lies after it. Source: Linux,
 * arch/x86/kernel/unwind_frame.c.
 */
export const framePointersOfI386: Unwinder = {
  name: 'frame-pointers-i386',
  summary: 'unwinds by the frame pointers of i386',
  architecture: 'i386',
  open: (kernel: Kernel): StackReader | string =>
    keepsFramePointers(kernel)
      ? openFrameWalk(kernel, framePointerRules)
      : 'its functions make no frames that a frame pointer leads to',
};

/** Whether most of some functions make a frame. Code that is lost says nothing against it. */
export function keepsFramePointers({ symbols, memory }: Kernel): boolean {
  const found = someFunctions.flatMap((name) => {
    const symbol = symbols.find(name);
    return symbol === undefined ? [] : (makesFrame(memory, symbol.address, frameCode) ?? []);
  });
  return found.length === 0 || found.filter(Boolean).length * 2 > found.length;
}

function stateOf(registers: Registers, isExact: boolean): PointedState {
  return {
    ...plain,
    pc: registers.get('eip') ?? 0n,
    start: registers.get('esp') ?? 0n,
    bp: registers.get('ebp'),
    isExact,
    isUser: isUserMode(registers),
  };
}

/** A task that never ran stands at its first instruction, with its registers on the stack. */
function isFirstOf({ symbols }: Kernel, pc: VirtualAddress): boolean {
  return symbols.at(pc, 'exact')?.address === pc;
}

function nextFrame(
  kernel: Kernel,
  state: PointedState,
  region: StackRegion | undefined,
): PointedState | StackEnd {
  const { bp } = state;
  if (isEntryCode(kernel, state.pc, state.isExact ? 'exact' : 'return')) {
    // It calls functions with its stack pointer where it saved the registers.
    return interrupted(kernel, state.start, region);
  }
  const isOutermost = !state.isExact && isTopOf(region, state.start) && !isOn(region, bp ?? 0n);
  if (bp === 0n || isOutermost) {
    // The code that starts a CPU keeps no frame pointer.
    return complete('end-of-stack');
  }
  const own = state.isExact ? kernel.symbols.at(state.pc, 'exact')?.address : undefined;
  const progress = state.isExact
    ? frameProgressAt(kernel.memory, state.pc, own, frameCode)
    : 'made';
  const savedAt = bp === undefined ? undefined : bp | encodedBit;
  if (progress !== 'nothing' && savedAt !== undefined && savedAt !== bp && isOn(region, savedAt)) {
    return interrupted(kernel, savedAt, region);
  }
  const record =
    progress === 'nothing'
      ? state.start - wordSizeInBytes
      : progress === 'pushed'
        ? state.start
        : bp;
  if (record === undefined || record % wordSizeInBytes !== 0n) {
    return incomplete('broken', `no frame lies at ${record === undefined ? '?' : hex(record)}`);
  }
  const bytes = kernel.memory.read(
    progress === 'nothing' ? record + wordSizeInBytes : record,
    progress === 'nothing' ? Number(wordSizeInBytes) : recordSizeInBytes,
  );
  const { byteOrder } = kernel.memory;
  const words = progress === 'nothing' ? [bp, word(bytes, 0, byteOrder)] : [];
  const [link = word(bytes, 0, byteOrder), pc = word(bytes, 4, byteOrder)] = words;
  if (!isAfterCall(kernel, pc) && !isBootCode(kernel, pc)) {
    return incomplete('unknown-code', `${hex(pc)} is no return address of the kernel`);
  }
  return {
    ...plain,
    pc,
    start: record + BigInt(recordSizeInBytes),
    bp: link,
    note:
      progress === 'unknown' && callTargetBefore(kernel.memory, pc) !== own
        ? 'the function before keeps no frame pointer: its caller may be missing'
        : null,
  };
}

function word(bytes: Uint8Array, at: number, byteOrder: 'little' | 'big'): bigint {
  return BigInt(uint32At(bytes, at, byteOrder));
}

/** What was interrupted, by the registers that it left; a thread of the kernel has no program. */
function interrupted(
  kernel: Kernel,
  savedAt: VirtualAddress,
  region: StackRegion | undefined,
): PointedState | StackEnd {
  const state = stateOf(readPtRegs(kernel.memory, savedAt), true);
  return !state.isUser && isTopOf(region, savedAt) ? complete('end-of-stack') : state;
}

/** Whether the registers of a program lie there, or would: at the top of its task's stack. */
function isTopOf(region: StackRegion | undefined, address: VirtualAddress): boolean {
  const left = (region?.end ?? 0n) - address - BigInt(ptRegsSizeInBytes);
  return region?.name === 'task' && left >= 0n && left <= largestPadding;
}

function isOn(region: StackRegion | undefined, address: VirtualAddress): boolean {
  return region !== undefined && region.start <= address && address < region.end;
}
