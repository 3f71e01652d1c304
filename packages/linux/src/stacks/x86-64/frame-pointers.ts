import {
  hex,
  type Kernel,
  type StackEnd,
  type StackFrame,
  type StackReader,
  type Task,
  tryRead,
  type Unwinder,
  type UnwindStart,
  VmcorekitError,
} from '@vmcorekit/core';
import { isBootCode, isKernelCode } from '../kernel-text.ts';
import { nameFrame } from '../name-frame.ts';
import { complete, endBy, incomplete } from '../stack-end.ts';
import { StackOrder } from '../stack-regions.ts';
import { traceBy } from '../trace-by.ts';
import { stacksOf } from './cpu-stacks.ts';
import { framePointerStep, frameProgressOf } from './frame-pointer-step.ts';
import { framesMadeIn } from './frames-made.ts';
import { isAfterCall } from './kernel-code.ts';
import { codeAddressOf, startStateOf, type UnwindState } from './orc-step.ts';
import { isUserMode, ptRegsSizeInBytes, readPtRegs } from './pt-regs.ts';
import { savedContext, savedStackPointer } from './saved-context.ts';

const maxFrames = 512;
/** A frame pointer with this bit is the address of `pt_regs`. */
const encodedBit = 1n;
/** Assembly that jumps to the first C function of a CPU. Source: arch/x86/kernel/head_64.S. */
const startupName = 'secondary_startup_64';
const sampleSize = 24;
const neededTasks = 3;
/** Where a kernel keeps no frame pointers, hardly any chain ends as it should. */
const neededShare = 0.9;

const neededFunctions = 64;
/** Measured: 0.59 of the functions of a 5.4 with frame pointers; 0.02 to 0.05 of 5.10 to 6.12. */
const neededMade = 0.4;
const noFunctions = { checked: 0, made: 0 };

/**
 * Unwinds by the chain of frame pointers (CONFIG_UNWINDER_FRAME_POINTER, the default of x86-64 to
 * Linux 4.13). Sleeping tasks prove that a kernel keeps one,
 * or its functions do where no task can be read. Source: Linux,
 * arch/x86/kernel/unwind_frame.c.
 */
export const framePointers: Unwinder = {
  name: 'frame-pointers',
  summary: 'unwinds by the chain of frame pointers, where sleeping tasks prove it',
  architecture: 'x86_64',
  open(kernel: Kernel): StackReader | string {
    const ends = sampleOf(kernel).map(
      (start) => traceBy('frame-pointers', (frames) => walk(kernel, start, frames)).end,
    );
    const whole = ends.filter(({ isComplete }) => isComplete).length;
    const { checked, made } = ends.length >= neededTasks ? noFunctions : framesMadeIn(kernel);
    const isProved =
      ends.length >= neededTasks
        ? whole >= neededShare * ends.length
        : checked >= neededFunctions && made >= neededMade * checked;
    return isProved
      ? { trace: (start) => traceBy('frame-pointers', (frames) => walk(kernel, start, frames)) }
      : ends.length >= neededTasks
        ? `of ${ends.length} sleeping tasks, ${whole} have a whole chain of frame pointers`
        : `of ${checked} functions, ${made} make a frame`;
  },
};

/** Where some sleeping tasks were switched out. */
function sampleOf(kernel: Kernel): UnwindStart[] {
  const starts: UnwindStart[] = [];
  for (const task of tasksOf(kernel)) {
    if (starts.length === sampleSize) {
      break;
    }
    if (task.onCpu !== false || task.state === 'Z' || task.state === 'X') {
      continue;
    }
    try {
      const { registers, isNew } = savedContext(kernel, savedStackPointer(kernel, task.address));
      if (!isNew) {
        starts.push({ registers, isExact: false, task: task.address, cpu: null });
      }
    } catch (error) {
      endBy(error);
    }
  }
  return starts;
}

function tasksOf(kernel: Kernel): Iterable<Task> {
  try {
    return kernel.tasks();
  } catch (error) {
    if (error instanceof VmcorekitError) {
      return [];
    }
    throw error;
  }
}

function walk(kernel: Kernel, start: UnwindStart, frames: StackFrame[]): StackEnd {
  let state = startStateOf(start);
  const regions = stacksOf(kernel, start);
  const order = new StackOrder(regions, state.sp);
  const add = (each: UnwindState, kind: StackFrame['kind'], note: string | null) =>
    frames.push(
      nameFrame(kernel, {
        address: each.ip,
        kind,
        stackPointer: each.sp,
        stack: kind === 'user' ? null : (order.region?.name ?? null),
        note,
      }),
    );
  if (state.isUser) {
    add(state, 'user', null);
    return complete('not-in-kernel');
  }
  add(state, state.isExact ? 'running' : 'return', null);
  while (frames.length < maxFrames) {
    const { bp } = state;
    const top = order.region?.end;
    if (bp === 0n) {
      return complete('end-of-stack');
    }
    if (bp !== undefined && top !== undefined && isOutermost(kernel, bp, top)) {
      const { entry, program } = outermost(kernel, bp, top);
      if (isPlausible(kernel, entry)) {
        add(entry, 'return', null);
      }
      if (program.isUser) {
        add(program, 'user', null);
      }
      return complete(program.isUser ? 'user-mode' : 'end-of-stack');
    }
    const progress = frameProgressOf(
      kernel.memory,
      state,
      kernel.symbols.at(codeAddressOf(state))?.address ?? null,
    );
    const isEncoded = bp !== undefined && (bp & encodedBit) !== 0n && progress !== 'nothing';
    const next: UnwindState | string = isEncoded
      ? interrupted(kernel, bp - encodedBit)
      : framePointerStep(kernel.memory, state, progress);
    if (typeof next === 'string') {
      return incomplete('broken', `the frame at ${hex(state.ip)} cannot be left: ${next}`);
    }
    if (isEncoded && !next.isUser && bp - encodedBit === (top ?? 0n) - BigInt(ptRegsSizeInBytes)) {
      // A thread of the kernel has no program to return to.
      return complete('end-of-stack');
    }
    if (next.isUser) {
      add(next, 'user', null);
      return complete('user-mode');
    }
    if (!isPlausible(kernel, next)) {
      return incomplete('unknown-code', `${hex(next.ip)} is no return address of the kernel`);
    }
    const wrong = order.moveTo(next.sp);
    if (wrong !== undefined) {
      return incomplete('broken', `${wrong} at ${hex(next.sp)}`);
    }
    const isUnsure = progress === 'unknown' && !isEncoded;
    add(
      next,
      next.isExact ? 'interrupted' : 'return',
      isUnsure ? 'the function before keeps no frame pointer: its caller may be missing' : null,
    );
    state = next;
  }
  return incomplete('limit', `there are more than ${maxFrames} frames`);
}

function isPlausible(kernel: Kernel, { ip, isExact }: UnwindState): boolean {
  return (
    isKernelCode(kernel, ip) &&
    (isExact ||
      isBootCode(kernel, ip) ||
      isAfterCall(kernel, ip) ||
      kernel.symbols.at(ip)?.name.startsWith(startupName) === true)
  );
}

function interrupted(kernel: Kernel, address: bigint): UnwindState {
  const registers = readPtRegs(kernel.memory, address);
  return {
    ip: registers.get('rip') ?? 0n,
    sp: registers.get('rsp') ?? 0n,
    bp: registers.get('rbp'),
    isBpProved: true,
    isExact: true,
    registers,
    isUser: isUserMode(registers),
    slot: null,
    note: null,
  };
}

/** The assembly that the outermost frame returns to, and the program below it. */
function outermost(
  kernel: Kernel,
  bp: bigint,
  top: bigint,
): { readonly entry: UnwindState; readonly program: UnwindState } {
  const program = interrupted(kernel, top - BigInt(ptRegsSizeInBytes));
  return {
    program,
    entry: {
      ...program,
      ip: kernel.memory.readUint64(bp + 8n),
      sp: bp + 16n,
      bp: undefined,
      isExact: false,
      isUser: false,
      registers: new Map(),
      slot: bp + 8n,
    },
  };
}

/**
 * The outermost frame lies just below the `pt_regs` at the top of a task's stack, where the stack
 * may be aligned. Where it has their address instead of a frame pointer, the walk goes on.
 * Source: Linux, arch/x86/kernel/unwind_frame.c (is_last_task_frame).
 */
function isOutermost({ memory }: Kernel, bp: bigint, top: bigint): boolean {
  const registers = top - BigInt(ptRegsSizeInBytes);
  return (
    (bp === registers - 16n || bp === registers - 24n) &&
    tryRead(() => memory.readUint64(bp)) !== registers + encodedBit
  );
}
