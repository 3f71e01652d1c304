import { type Kernel, tryRead } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';

/**
 * Bits of `task_struct.__state` and `exit_state`, unchanged since Linux 4.14. Source: Linux,
 * include/linux/sched.h (TASK_REPORT, TASK_IDLE, TASK_RTLOCK_WAIT, TASK_FROZEN).
 */
const reported = 0x7fn;
const idle = 0x402n;
/** Shown as an uninterruptible sleep. */
const shownAsD = 0x1000n | 0x8000n;

/** By the number of the highest bit that is set, 0 for none. Source: fs/proc/array.c. */
const stateLetters: readonly string[] = ['R', 'S', 'D', 'T', 't', 'X', 'Z', 'P', 'I'];

/** `EXIT_DEAD | EXIT_ZOMBIE`: the task has ended. */
const exited = 0x30;
/** `TASK_DEAD`: it will never run again. */
const isDead = 0x80n;
/** PF_EXITING: it is about to end. */
const exitingFlag = 0x4;
/** `TASK_NEW`: it is being made, and is not yet in the lists. */
export const isNew: bigint = 0x800n;

interface States {
  readonly state: bigint | null;
  readonly exitState: number | null;
}

/** Whether a task has ended: its stack may be gone, and places no longer have it. */
export function hasEnded({ state, exitState }: States): boolean {
  return exitState === null ? ((state ?? 0n) & isDead) !== 0n : (exitState & exited) !== 0;
}

/** The letter of a task; null where its states are not known well enough. */
export function letterOf({ state, exitState, flags }: States & { flags: number }): string | null {
  const mayHaveEnded =
    exitState === null && ((flags & exitingFlag) !== 0 || hasEnded({ state, exitState }));
  return state === null || mayHaveEnded ? null : stateLetter(state, exitState ?? 0);
}

/** The letter that /proc/PID/stat shows. Source: Linux, __task_state_index. */
export function stateLetter(state: bigint, exitState: number): string {
  if ((state & idle) === idle) {
    return 'I';
  }
  const bits = (state | BigInt(exitState)) & reported;
  if (bits === 0n) {
    return (state & shownAsD) === 0n ? 'R' : 'D';
  }
  return stateLetters[bits.toString(2).length] ?? 'R';
}

/**
 * Whether this kernel has these states: it keeps their names, each beginning with its letter, in an
 * array. Kernels before Linux 4.14 have others. Also true where the array cannot be read.
 */
export const hasTheseStates: (kernel: Kernel) => boolean = perKernel((kernel: Kernel) => {
  const { memory, symbols } = kernel;
  const array = symbols.find('task_state_array')?.address;
  const wordSizeInBytes = memory.wordSizeInBits / 8;
  return (
    array === undefined ||
    stateLetters.every((letter, index) => {
      const name = tryRead(() =>
        memory.readText(memory.readPointer(array + BigInt(index * wordSizeInBytes)), 1),
      );
      return name === undefined || name === letter;
    })
  );
});
