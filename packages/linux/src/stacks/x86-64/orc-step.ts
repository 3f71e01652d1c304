import type { KernelMemory, Registers, UnwindStart, VirtualAddress } from '@vmcorekit/core';
import { readFilledWord } from '../../zero-page.ts';
import type { OrcEntry } from './orc-entry.ts';
import { isUserMode, readHardwareFrame, readPtRegs } from './pt-regs.ts';

const wordSizeInBytes = 8n;

/** Where an unwinder is: one frame. */
export interface UnwindState {
  readonly ip: VirtualAddress;
  readonly sp: VirtualAddress;
  /** Undefined where it is lost. */
  readonly bp: VirtualAddress | undefined;
  /** False after a function without rules, which may have changed `bp`. */
  readonly isBpProved: boolean;
  /** True where `ip` is the next instruction; false where it is a return address. */
  readonly isExact: boolean;
  /** Registers that are known in this frame, beside the three. */
  readonly registers: Registers;
  readonly isUser: boolean;
  /** Where the address of this frame was read: the slot of a call. Null for `pt_regs`. */
  readonly slot: VirtualAddress | null;
  /** Where the address was found, if not in its slot. */
  readonly note: string | null;
}

const noRegisters: Registers = new Map();

/** The innermost frame. */
export function startStateOf({ registers, isExact }: UnwindStart): UnwindState {
  return {
    ip: registers.get('rip') ?? 0n,
    sp: registers.get('rsp') ?? 0n,
    bp: registers.get('rbp'),
    isBpProved: true,
    isExact,
    registers: isExact ? registers : noRegisters,
    isUser: isUserMode(registers),
    slot: null,
    note: null,
  };
}

/**
 * The frame that called, or was interrupted; a sentence where the rule cannot be applied. Throws
 * `not-mapped` or `page-unreadable`. Source: Linux, arch/x86/kernel/unwind_orc.c
 * (unwind_next_frame).
 */
export function orcStep(
  memory: KernelMemory,
  state: UnwindState,
  entry: OrcEntry,
): UnwindState | string {
  const sp = stackPointerBy(memory, state, entry);
  if (typeof sp === 'string') {
    return sp;
  }
  const isExact = entry.isSignal ?? (entry.kind === 'regs' || entry.kind === 'regs-partial');
  if (entry.kind === 'call') {
    const slot = wrap(sp - wordSizeInBytes);
    const ip = readFilledWord(memory, slot);
    const bp = framePointerBy(memory, state, entry, sp);
    const isBpProved = state.isBpProved || entry.bpRegister !== 'undefined';
    return {
      ip,
      sp,
      bp,
      isBpProved,
      isExact,
      registers: noRegisters,
      isUser: false,
      slot,
      note: null,
    };
  }
  const isFull = entry.kind === 'regs';
  const saved = isFull ? readPtRegs(memory, sp) : readHardwareFrame(memory, sp);
  // After a hardware frame, the other registers are those of the frame before.
  const registers = isFull ? saved : state.registers;
  const isUser = isUserMode(saved);
  return {
    ip: saved.get('rip') ?? 0n,
    sp: saved.get('rsp') ?? 0n,
    bp: isUser ? registers.get('rbp') : framePointerBy(memory, { ...state, registers }, entry, sp),
    isBpProved: true,
    isExact,
    registers,
    isUser,
    slot: null,
    note: null,
  };
}

function stackPointerBy(
  memory: KernelMemory,
  { sp, bp, registers }: UnwindState,
  { spRegister, spOffset }: OrcEntry,
): VirtualAddress | string {
  switch (spRegister) {
    case 'rsp':
      return wrap(sp + spOffset);
    case 'rsp-indirect':
      return wrap(memory.readUint64(sp) + spOffset);
    case 'rbp':
      return bp === undefined ? lost('rbp') : wrap(bp + spOffset);
    case 'rbp-indirect':
      return bp === undefined ? lost('rbp') : memory.readUint64(wrap(bp + spOffset));
    case 'rax':
    case 'rdx':
    case 'rdi':
    case 'r10':
    case 'r13': {
      const value = registers.get(spRegister);
      return value === undefined ? lost(spRegister) : wrap(value + spOffset);
    }
    default:
      return 'its ORC entry has no rule for the stack pointer';
  }
}

function framePointerBy(
  memory: KernelMemory,
  { bp, registers }: Pick<UnwindState, 'bp' | 'registers'>,
  { bpRegister, bpOffset }: OrcEntry,
  sp: VirtualAddress,
): VirtualAddress | undefined {
  switch (bpRegister) {
    case 'undefined':
      return registers.get('rbp') ?? bp;
    case 'previous-sp':
      return memory.readUint64(wrap(sp + bpOffset));
    case 'rbp':
      return bp === undefined ? undefined : memory.readUint64(wrap(bp + bpOffset));
    default:
      return undefined;
  }
}

function lost(register: string): string {
  return `its ORC entry needs the register ${register}, which is not known`;
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

/** The address whose rule and name count: within the call that a return address follows. */
export function codeAddressOf({ ip, isExact }: UnwindState): VirtualAddress {
  return isExact || ip === 0n ? ip : ip - 1n;
}
