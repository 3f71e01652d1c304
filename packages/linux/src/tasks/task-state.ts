/**
 * Bits of `task_struct.__state` and `exit_state`, unchanged since Linux 4.14. Source: Linux,
 * include/linux/sched.h (TASK_REPORT, TASK_IDLE, TASK_RTLOCK_WAIT, TASK_FROZEN).
 */
const reported = 0x7fn;
const idle = 0x402n;
/** Shown as an uninterruptible sleep. */
const shownAsD = 0x1000n | 0x8000n;

/** By the number of the highest bit that is set, 0 for none. Source: fs/proc/array.c. */
export const stateLetters: readonly string[] = ['R', 'S', 'D', 'T', 't', 'X', 'Z', 'P'];

/** `EXIT_DEAD | EXIT_ZOMBIE`: the task has ended. */
export const exited: number = 0x30;
/** `TASK_NEW`: it is being made, and is not yet in the lists. */
export const isNew: bigint = 0x800n;

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
