import type { PsTask } from '../ps-report.ts';
import { grouped } from './grouped.ts';
import { digitsOf, type HeadFacts, headLine } from './head-line.ts';

/** What a family needs of a task: `PsTask` and `LinuxTask` have it. */
export type Member = HeadFacts & Pick<PsTask, 'tgid' | 'ppid' | 'isIdle'>;

/** Deeper chains do not fit a line; a hostile kernel has loops. */
const maxDepth = 64;

/** Each task below its parents, the oldest first, as crash's `ps -p`. */
export function parentsLines(tasks: readonly Member[], all: readonly Member[]): string[] {
  // The first idle task has no parent, and is that of all others.
  const leaders = all.filter(({ pid, tgid }) => pid === tgid).toReversed();
  const leaderOf = new Map(leaders.map((leader) => [leader.pid, leader]));
  return tasks.flatMap((task) => {
    const chain: Member[] = [task];
    for (let { ppid } = task; ppid !== null && chain.length < maxDepth; ) {
      const parent = leaderOf.get(ppid);
      const isNew = parent !== undefined && chain.every(({ pid }) => pid !== parent.pid);
      if (isNew) {
        chain.unshift(parent);
      }
      ppid = isNew ? parent.ppid : null;
    }
    return [...chain.map((each, depth) => `${' '.repeat(depth)}${headLine(each)}`), ''];
  });
}

/** Each task and its children, as crash's `ps -c`. */
export function childrenLines(tasks: readonly Member[], all: readonly Member[]): string[] {
  const byParent = grouped(
    all.filter(({ pid, tgid, isIdle }) => pid === tgid && !isIdle),
    ({ ppid }) => ppid,
  );
  return tasks.flatMap((task) => {
    const children = (byParent.get(task.pid) ?? []).filter(({ pid }) => pid !== task.pid);
    const lines = children.map((child) => `  ${headLine(child)}`);
    return [headLine(task), ...(lines.length === 0 ? ['  (no children)'] : lines), ''];
  });
}

/** Each process and its other threads, as crash's `ps -g`. */
export function threadsLines(tasks: readonly Member[], all: readonly Member[]): string[] {
  const groups = new Map<number, Member>();
  for (const task of tasks) {
    const leader = all.find(({ pid, tgid }) => pid === task.tgid && tgid === task.tgid);
    groups.set(task.tgid, groups.get(task.tgid) ?? leader ?? task);
  }
  const byGroup = grouped(all, ({ tgid }) => tgid);
  return [...groups.values()].flatMap((leader) => {
    const others = (byGroup.get(leader.tgid) ?? []).filter(
      (each) => digitsOf(each) !== digitsOf(leader),
    );
    const lines = others.map((thread) => `  ${headLine(thread)}`);
    return [headLine(leader), ...(lines.length === 0 ? ['  (no threads)'] : lines), ''];
  });
}
