import { onlyOf } from './agreement.ts';
import type { TaskSamples } from './task-samples.ts';
import type { TaskWindow } from './task-window.ts';

/** Bits of `task_struct.__state`. Source: Linux, include/linux/sched.h. */
const reportedBits = 0x7f;
const allBits = 0xffff;
const interruptible = 0x1;
const dead = 0x80;
const idle = 0x402;
/** `EXIT_DEAD` and `EXIT_ZOMBIE`. */
const exitStates: readonly number[] = [0x10, 0x20];
/** A share of tasks that sleep or idle; everything else may have such numbers by chance. */
const leastAsleep = 0.5;

/**
 * Finds the word of states: at most one of the reported bits in every task. Most tasks sleep, and
 * the kernel's workers idle.
 */
export function findState(samples: TaskSamples): number | undefined {
  const { all } = samples;
  return onlyOf(
    samples
      .integers(all, (_task, value) => value <= allBits && hasOneBit(value & reportedBits))
      .filter((offset) => {
        const values = all.map((task) => task.uint32(offset) ?? 0);
        const idling = values.filter((value) => (value & ~0x2000) === idle);
        const asleep = values.filter((value) => (value & reportedBits) === interruptible);
        return (
          idling.length > 1 &&
          asleep.length > 1 &&
          idling.length + asleep.length >= all.length * leastAsleep
        );
      }),
  );
}

function hasOneBit(bits: number): boolean {
  return (bits & (bits - 1)) === 0;
}

/** Finds what only the dead tasks have. Undefined where none has ended. */
export function findExitState(samples: TaskSamples, state: number): number | undefined {
  const { all } = samples;
  const isDead = (task: TaskWindow) => ((task.uint32(state) ?? 0) & dead) !== 0;
  return all.some(isDead)
    ? onlyOf(
        samples
          .integers(all, (task, value) => (isDead(task) ? exitStates.includes(value) : value === 0))
          .filter((offset) => all.some((task) => exitStates.includes(task.uint32(offset) ?? 0))),
      )
    : undefined;
}
