import type { BtGroup, BtStack } from './bt-report.ts';

/**
 * Stacks with the same calls, the largest group first. Where a program stands in user mode differs
 * from task to task, and does not count.
 */
export function groupsOf(stacks: readonly BtStack[]): BtGroup[] {
  const groups = new Map<string, { count: number; pids: (number | null)[]; stack: number }>();
  for (const [index, { pid, frames, end }] of stacks.entries()) {
    const calls = frames.filter(({ kind }) => kind !== 'user').map(({ address }) => address);
    const key = [end.reason, ...calls].join(' ');
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, { count: 1, pids: [pid], stack: index });
    } else {
      group.count++;
      group.pids.push(pid);
    }
  }
  return [...groups.values()].sort((one, other) => other.count - one.count);
}
