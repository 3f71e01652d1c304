import type { KernelMemory, VirtualAddress } from '@vmcorekit/core';
import { readFilledWord } from '../../zero-page.ts';
import type { UnwindState } from './orc-step.ts';

/** `push %rbp; mov %rsp,%rbp`. The move has two encodings. */
const prologues = [
  [0x55, 0x48, 0x89, 0xe5],
  [0x55, 0x48, 0x8b, 0xec],
] as const;
/** `endbr64` and the call of the function tracer may come before it. */
const maxPrologueSizeInBytes = 32;
/** Of both encodings. */
export const prologueSizeInBytes: number = prologues[0].length;
const returnOpcode = 0xc3;

/**
 * How far a function's frame is made where it was stopped: it has not pushed the frame pointer, has
 * pushed it, or has also loaded its own. `unknown`: the function has no such code.
 */
export type FrameProgress = 'nothing' | 'pushed' | 'made' | 'unknown';

export function frameProgressOf(
  memory: KernelMemory,
  { ip, isExact }: Pick<UnwindState, 'ip' | 'isExact'>,
  start: VirtualAddress | null,
): FrameProgress {
  if (!isExact) {
    return 'made';
  }
  if (memory.tryRead(ip, 1)?.[0] === returnOpcode) {
    return 'nothing';
  }
  const at = start === null ? undefined : prologueAt(memory, start);
  if (start === null || at === undefined || at < 0) {
    return 'unknown';
  }
  const done = Number(ip - start) - at;
  return done <= 0 ? 'nothing' : done < prologueSizeInBytes ? 'pushed' : 'made';
}

/** Whether a function begins by making a frame; undefined where its code cannot be read. */
export function makesFrame(memory: KernelMemory, start: VirtualAddress): boolean | undefined {
  const at = prologueAt(memory, start);
  return at === undefined ? undefined : at >= 0;
}

/** Where a function begins to make its frame; -1 for nowhere, undefined if it cannot be read. */
export function prologueAt(memory: KernelMemory, start: VirtualAddress): number | undefined {
  const code = memory.tryRead(start, maxPrologueSizeInBytes);
  return code?.findIndex((_, index) =>
    prologues.some((prologue) => prologue.every((byte, place) => code[index + place] === byte)),
  );
}

/** The calling frame of one that keeps a frame pointer. Throws as memory does. */
export function framePointerStep(
  memory: KernelMemory,
  { sp, bp }: Pick<UnwindState, 'sp' | 'bp'>,
  progress: FrameProgress,
): UnwindState | string {
  if (bp === undefined) {
    return 'it keeps a frame pointer, which is not known';
  }
  const slot = wrap(progress === 'nothing' ? sp : progress === 'pushed' ? sp + 8n : bp + 8n);
  return {
    ip: readFilledWord(memory, slot),
    sp: wrap(slot + 8n),
    bp: progress === 'nothing' ? bp : readFilledWord(memory, wrap(slot - 8n)),
    isBpProved: true,
    isExact: false,
    registers: new Map(),
    isUser: false,
    slot,
    note: null,
  };
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
