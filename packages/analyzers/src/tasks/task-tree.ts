import type { PsTask } from './ps-report.ts';

/** A task in a tree, and how deep it lies there. */
export interface TreeTask {
  readonly task: PsTask;
  readonly depth: number;
}

/**
 * The tasks as a tree: threads stand below the first thread of their process, processes below their
 * parent. A task whose parent is not among them begins a tree. Each task comes once, also where
 * parents make a circle.
 */
export function taskTree(tasks: readonly PsTask[]): TreeTask[] {
  const above = new Map<number, PsTask>();
  for (const task of tasks) {
    if (!above.has(task.pid)) {
      above.set(task.pid, task);
    }
  }
  const below = new Map<PsTask, PsTask[]>();
  const roots: PsTask[] = [];
  for (const task of tasks) {
    const parent = parentOf(task, above);
    const others = parent === undefined ? roots : (below.get(parent) ?? []);
    others.push(task);
    if (parent !== undefined) {
      below.set(parent, others);
    }
  }
  const placed = new Set<PsTask>();
  const lines: TreeTask[] = [];
  // Tasks in a circle hang on no root.
  for (const root of [...roots, ...tasks]) {
    const pending: TreeTask[] = [{ task: root, depth: 0 }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { task, depth } = next;
      if (!placed.has(task)) {
        placed.add(task);
        lines.push(next);
        for (const child of (below.get(task) ?? []).toReversed()) {
          pending.push({ task: child, depth: depth + 1 });
        }
      }
    }
  }
  return lines;
}

function parentOf(task: PsTask, above: ReadonlyMap<number, PsTask>): PsTask | undefined {
  if (task.isIdle) {
    return undefined;
  }
  const parent = above.get(task.pid === task.tgid ? (task.ppid ?? -1) : task.tgid);
  return parent === task ? undefined : parent;
}
