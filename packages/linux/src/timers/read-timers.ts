import type { Kernel, Progress } from '@vmcorekit/core';
import { perCpuOf } from '../containers/per-cpu.ts';
import { WalkNotes } from '../containers/walk.ts';
import { clockQueues } from './clock-queues.ts';
import { kernelClockOf } from './kernel-clock.ts';
import type { CpuTimers, Timers } from './timer.ts';
import { timerWheels } from './timer-wheels.ts';

/** More than a machine of a thousand CPUs arms. */
const timerLimit = 2 ** 20;

/**
 * Reads the timers that wait on each possible CPU. A sentence where neither kind can be found: the
 * kernel's symbols or types do not lead to them.
 */
export function* readTimers(kernel: Kernel): Generator<Progress, Timers | string, void> {
  const { possible } = perCpuOf(kernel);
  if (possible.value === null) {
    return possible.because;
  }
  const notes = new WalkNotes();
  const budget = { left: timerLimit };
  const clock = kernelClockOf(kernel);
  const wheelsOf = timerWheels(kernel, clock, notes, budget);
  const queuesOf = clockQueues(kernel, clock, notes, budget);
  if (typeof wheelsOf === 'string' && typeof queuesOf === 'string') {
    return `${wheelsOf}; ${queuesOf}`;
  }
  const cpus: CpuTimers[] = [];
  for (const cpu of possible.value) {
    cpus.push({
      cpu,
      wheels: typeof wheelsOf === 'string' ? null : yield* wheelsOf(cpu),
      queues: typeof queuesOf === 'string' ? null : yield* queuesOf(cpu),
    });
    const fraction = cpus.length / possible.value.length;
    yield { kind: 'progress', doing: 'reading timers', fraction };
  }
  const unknown = [wheelsOf, queuesOf].filter((each) => typeof each === 'string');
  return { clock, cpus, remarks: [...unknown, ...notes.remarks()] };
}
