import type { KernelMemory, VirtualAddress } from '@vmcorekit/core';

/** `push %ebp; mov %esp,%ebp`. The move has two encodings. Source: Intel SDM. */
const prologues = [
  [0x55, 0x89, 0xe5],
  [0x55, 0x8b, 0xec],
] as const;
const prologueSizeInBytes = 3;
/** The call of the function tracer and the first loads may come before it. */
const maxDistanceInBytes = 32;
const returnOpcode = 0xc3;

/**
 * How far a function's frame is made where it was stopped: it has not pushed the frame pointer, has
 * pushed it, or has also loaded its own. `unknown`: the function has no such code.
 */
export type FrameProgress = 'nothing' | 'pushed' | 'made' | 'unknown';

/** @param start of the function; undefined where no symbol says it */
export function frameProgressAt(
  memory: KernelMemory,
  ip: VirtualAddress,
  start: VirtualAddress | undefined,
): FrameProgress {
  if (memory.tryRead(ip, 1)?.[0] === returnOpcode) {
    return 'nothing';
  }
  const at = start === undefined ? undefined : prologueAt(memory, start);
  if (start === undefined || at === undefined || at < 0) {
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

function prologueAt(memory: KernelMemory, start: VirtualAddress): number | undefined {
  const code = memory.tryRead(start, maxDistanceInBytes + prologueSizeInBytes);
  return code?.findIndex((_, index) =>
    prologues.some((prologue) => prologue.every((byte, place) => code[index + place] === byte)),
  );
}
