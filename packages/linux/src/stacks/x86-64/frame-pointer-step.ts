import type { KernelMemory, VirtualAddress } from '@vmcorekit/core';
import { readFilledWord } from '../../zero-page.ts';
import { type FrameCode, type FrameProgress, frameProgressAt } from '../x86-frame-code.ts';
import type { UnwindState } from './orc-step.ts';

/** `push %rbp; mov %rsp,%rbp`. `endbr64` and the call of the function tracer may come before it. */
export const frameCode: FrameCode = {
  prologues: [
    [0x55, 0x48, 0x89, 0xe5],
    [0x55, 0x48, 0x8b, 0xec],
  ],
  searchedSizeInBytes: 32,
};

export function frameProgressOf(
  memory: KernelMemory,
  { ip, isExact }: Pick<UnwindState, 'ip' | 'isExact'>,
  start: VirtualAddress | null,
): FrameProgress {
  return isExact ? frameProgressAt(memory, ip, start, frameCode) : 'made';
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
