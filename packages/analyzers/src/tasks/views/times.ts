import type { Kernel } from '@vmcorekit/core';
import { cellTextOf } from '@vmcorekit/core';
import { lastRunOf } from '@vmcorekit/linux';
import type { PsTask } from '../ps-report.ts';
import { grouped } from './grouped.ts';
import { headLine } from './head-line.ts';

/** When each task began, and the time it used, in nanoseconds, as crash's `ps -t`. */
export function timesLines(tasks: readonly PsTask[]): string[] {
  return tasks.flatMap((task) => [
    headLine(task),
    `  START TIME: ${cellTextOf(task.startTimeInNanoseconds)}`,
    `       UTIME: ${cellTextOf(task.userTimeInNanoseconds)}`,
    `       STIME: ${cellTextOf(task.systemTimeInNanoseconds)}`,
    '',
  ]);
}

/** When a CPU last began to run each, the latest first, as crash's `ps -l`. */
export function lastRunLines(kernel: Kernel, tasks: readonly PsTask[]): string[] {
  const runs = tasks.map((task) => ({ task, at: lastRunOf(kernel, BigInt(task.address)) }));
  const width = Math.max(...runs.map(({ at }) => cellTextOf(at).length));
  return runs
    .toSorted((one, other) => (other.at ?? -1) - (one.at ?? -1))
    .map(
      ({ task, at }) =>
        `[${cellTextOf(at).padStart(width)}] [${task.state ?? '–'}]  ${headLine(task)}`,
    );
}

/** How many tasks are in each state, as crash's `ps -S`. */
export function summaryLines(tasks: readonly PsTask[]): string[] {
  const byState = grouped(tasks, ({ state }) => state ?? '–');
  return [...byState]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([state, each]) => `  ${state}: ${each.length}`);
}
