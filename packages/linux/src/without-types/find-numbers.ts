import { isAgreed, onlyOf } from './agreement.ts';
import type { TaskSamples } from './task-samples.ts';
import type { TaskWindow } from './task-window.ts';

/** PID_MAX_LIMIT. Source: Linux, include/linux/threads.h. */
const pidLimit = 2 ** 22;
/** Real tasks have two or three integers like these. */
const mostCandidates = 16;

/** Where a task has its own number, and that of its process. */
export interface FoundNumbers {
  readonly pid: number;
  readonly tgid: number;
}

/**
 * Finds the two integers that are 0 in `init_task`, 1 and 2 in the next tasks, and different in all
 * others: they are equal in the first thread of a process. In its other threads, one still is that
 * thread's. Where no process has a second thread, both have the same value in every task.
 */
export function findNumbers(samples: TaskSamples): FoundNumbers | undefined {
  const { leaders, threads } = samples;
  const oldest = new Map(leaders.slice(0, 3).map((task, pid) => [task, pid]));
  const candidates = samples
    .integers(
      leaders,
      (task, value) => {
        const pid = oldest.get(task);
        return pid === undefined ? value > 2 && value < pidLimit : value === pid;
      },
      ['pid', 'tgid'],
    )
    .filter((offset) => areDistinct(leaders, offset));
  if (candidates.length > mostCandidates) {
    return undefined;
  }
  const pairs = candidates.flatMap((one, index) =>
    candidates
      .slice(index + 1)
      .filter((other) => leaders.every((task) => task.uint32(one) === task.uint32(other)))
      .map((other) => [one, other] as const),
  );
  const pair = onlyOf(pairs);
  if (pair === undefined) {
    return undefined;
  }
  if (threads.others.length === 0) {
    return { pid: pair[0], tgid: pair[1] };
  }
  const ofProcess = pair.filter((offset) =>
    isAgreed(
      threads.others,
      ({ thread, leader }) => thread.uint32(offset) === leader.uint32(offset),
    ),
  );
  const tgid = onlyOf(ofProcess);
  const pid = tgid === pair[0] ? pair[1] : pair[0];
  return tgid === undefined || !areDistinct(samples.all, pid) ? undefined : { pid, tgid };
}

function areDistinct(tasks: readonly TaskWindow[], offset: number): boolean {
  const values = tasks.flatMap((task) => task.uint32(offset) ?? []);
  return new Set(values).size === values.length;
}

/**
 * The first thread of a task's process, which a first thread has itself as. Where no process has
 * two threads, other pointers may look so; this one follows `sibling`. Source: Linux,
 * include/linux/sched.h, since 2.6.
 */
export function findGroupLeader(samples: TaskSamples, sibling?: number): number | undefined {
  const places = samples.words(
    samples.all,
    (task, value) => value === samples.leaderOf(task).address,
    ['group_leader'],
  );
  const listSizeInBytes = (2 * samples.memory.wordSizeInBits) / 8;
  return (
    onlyOf(places) ??
    places.find((place) => sibling !== undefined && place === sibling + listSizeInBytes)
  );
}
