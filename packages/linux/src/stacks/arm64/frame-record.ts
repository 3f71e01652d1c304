import {
  hex,
  type Kernel,
  type Registers,
  type StackEnd,
  type UnwindStart,
  uint64At,
  type VirtualAddress,
} from '@vmcorekit/core';
import { readFilled } from '../../zero-page.ts';
import { complete, incomplete } from '../stack-end.ts';
import { replacedReturn } from '../traced-returns.ts';
import type { FrameState } from '../walk-frames.ts';
import { withoutSignature } from './code-pointer.ts';
import { isEntryCode } from './entry-code.ts';
import { isUserMode, ptRegsLayoutOf, readPtRegs } from './pt-regs.ts';

const recordSizeInBytes = 16;
const alignmentInBytes = 8n;
/** What a record of zeros is. Source: Linux, arch/arm64/include/asm/stacktrace/frame.h (7.3). */
const finalType = 1n;
const ptRegsType = 2n;

/** One frame. It starts at its stack pointer, or at its own record, which gcc puts there. */
export interface RecordState extends FrameState {
  /** Where its frame record lies: {the next frame's, the return address}. */
  readonly fp: VirtualAddress;
  /** All that are known beside the three; of an exact frame alone. */
  readonly registers: Registers;
}

const noRegisters: Registers = new Map();
const plain = { registers: noRegisters, isUser: false, isGuess: false, note: null };

/** The innermost frame, or one that an exception interrupted. */
export function stateOf({ registers, isExact }: Omit<UnwindStart, 'task' | 'cpu'>): RecordState {
  return {
    ...plain,
    pc: registers.get('pc') ?? 0n,
    start: registers.get('sp') ?? 0n,
    fp: registers.get('x29') ?? 0n,
    isExact,
    registers: isExact ? registers : noRegisters,
    isUser: isUserMode(registers),
  };
}

/**
 * The frame that called this one, or that it interrupted; else why the stack ends. Throws
 * `not-mapped` or `page-unreadable`. Source: Linux, arch/arm64/kernel/stacktrace.c
 * (kunwind_next), arch/arm64/kernel/entry.S (kernel_entry).
 */
export function nextFrame(
  kernel: Kernel,
  state: RecordState,
  { task }: Pick<UnwindStart, 'task'>,
): RecordState | StackEnd {
  const { fp } = state;
  if (fp === 0n) {
    return complete('end-of-stack');
  }
  if (fp % alignmentInBytes !== 0n) {
    return incomplete('broken', `no frame record can lie at ${hex(fp)}`);
  }
  const { memory } = kernel;
  const bytes = readFilled(memory, fp, recordSizeInBytes);
  const next = uint64At(bytes, 0, memory.byteOrder);
  const saved = uint64At(bytes, 8, memory.byteOrder);
  if (next === 0n && saved === 0n) {
    return afterZeros(kernel, fp);
  }
  const pc = withoutSignature(kernel, saved);
  const frame = { ...plain, pc, start: next, fp: next, isExact: false };
  if (isEntryCode(kernel, state.pc)) {
    return interruptedBy(kernel, fp, { next, pc }) ?? frame;
  }
  // Both tracers know a call by the frame pointer of its caller.
  const traced = replacedReturn(kernel, task, pc, { slot: fp + 8n, key: next });
  return traced === undefined || 'reason' in traced
    ? (traced ?? frame)
    : { ...frame, pc: withoutSignature(kernel, traced.address), note: traced.note };
}

/**
 * A record of zeros is the last one, in the `pt_regs` of what entered the kernel. With a type after
 * it (`frame_record_meta`) it may also stand for the kernel's code that an exception interrupted.
 */
function afterZeros(kernel: Kernel, fp: VirtualAddress): RecordState | StackEnd {
  const { memory } = kernel;
  const layout = ptRegsLayoutOf(kernel);
  if (layout === undefined) {
    return complete('end-of-stack');
  }
  const at = fp - BigInt(layout.recordOffset);
  if (layout.typeOffset !== null) {
    const type = memory.readUint64(at + BigInt(layout.typeOffset));
    if (type === ptRegsType) {
      const state = stateOf({ registers: readPtRegs(memory, at), isExact: true });
      return state.isUser
        ? incomplete('broken', `the registers at ${hex(at)} contradict their frame record`)
        : state;
    }
    if (type !== finalType) {
      return incomplete('broken', `the frame record at ${hex(fp)} has no known type: ${type}`);
    }
  }
  const program = stateOf({ registers: readPtRegs(memory, at), isExact: true });
  // Threads of the kernel have no program. The registers of the first ones are zeros.
  return program.isUser && program.pc !== 0n ? program : complete('end-of-stack');
}

/**
 * The code of the kernel that an exception interrupted, in kernels without `frame_record_meta`:
 * entry code saves its registers, and among them a record of its frame pointer and program
 * counter. Undefined where the record is another's.
 */
function interruptedBy(
  kernel: Kernel,
  fp: VirtualAddress,
  record: { readonly next: VirtualAddress; readonly pc: VirtualAddress },
): RecordState | undefined {
  const layout = ptRegsLayoutOf(kernel);
  if (layout === undefined || layout.typeOffset !== null) {
    return undefined;
  }
  const registers = readPtRegs(kernel.memory, fp - BigInt(layout.recordOffset));
  return registers.get('pc') === record.pc && registers.get('x29') === record.next
    ? stateOf({ registers, isExact: true })
    : undefined;
}
