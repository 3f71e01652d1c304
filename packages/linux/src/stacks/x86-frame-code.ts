import type { KernelMemory, VirtualAddress } from '@vmcorekit/core';

/** How a processor of x86 makes a frame: pushes the frame pointer, and loads its own. */
export interface FrameCode {
  /** Of one length. The load has two encodings. Source: Intel SDM. */
  readonly prologues: readonly (readonly number[])[];
  /** How far from its start a function is read: other code may come before its prologue. */
  readonly searchedSizeInBytes: number;
}

/**
 * How far a function's frame is made where it was stopped: it has not pushed the frame pointer, has
 * pushed it, or has also loaded its own. `unknown`: the function has no such code.
 */
export type FrameProgress = 'nothing' | 'pushed' | 'made' | 'unknown';

const returnOpcode = 0xc3;

/** @param start of the function; null or undefined where no symbol says it */
export function frameProgressAt(
  memory: KernelMemory,
  ip: VirtualAddress,
  start: VirtualAddress | null | undefined,
  code: FrameCode,
): FrameProgress {
  if (memory.tryRead(ip, 1)?.[0] === returnOpcode) {
    return 'nothing';
  }
  const at = start == null ? undefined : prologueAt(memory, start, code);
  if (start == null || at === undefined || at < 0) {
    return 'unknown';
  }
  const done = Number(ip - start) - at;
  return done <= 0 ? 'nothing' : done < prologueSizeOf(code) ? 'pushed' : 'made';
}

/** Whether a function begins by making a frame; undefined where its code cannot be read. */
export function makesFrame(
  memory: KernelMemory,
  start: VirtualAddress,
  code: FrameCode,
): boolean | undefined {
  const at = prologueAt(memory, start, code);
  return at === undefined ? undefined : at >= 0;
}

/** Where a function begins to make its frame; -1 for nowhere, undefined if it cannot be read. */
export function prologueAt(
  memory: KernelMemory,
  start: VirtualAddress,
  { prologues, searchedSizeInBytes }: FrameCode,
): number | undefined {
  const bytes = memory.tryRead(start, searchedSizeInBytes);
  return bytes?.findIndex((_, index) =>
    prologues.some((prologue) => prologue.every((byte, place) => bytes[index + place] === byte)),
  );
}

/** The size of the code that makes a frame. */
export function prologueSizeOf({ prologues }: FrameCode): number {
  return prologues[0]?.length ?? 0;
}
