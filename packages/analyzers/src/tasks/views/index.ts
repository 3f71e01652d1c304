import type { Kernel } from '@vmcorekit/core';
import type { LinuxTask } from '@vmcorekit/linux';
import type { PsTask } from '../ps-report.ts';
import { childrenLines, parentsLines, threadsLines } from './family.ts';
import { limitsLines } from './limits.ts';
import { lastRunLines, summaryLines, timesLines } from './times.ts';

/** What `--view` shows instead of the table. */
export type PsView =
  | 'parents'
  | 'children'
  | 'times'
  | 'last-run'
  | 'threads'
  | 'limits'
  | 'summary';

/** A view of the tasks that were asked for; `all` are those of the kernel. */
export function viewLines(
  kernel: Kernel,
  view: PsView,
  tasks: readonly PsTask[],
  all: readonly LinuxTask[],
): string[] {
  switch (view) {
    case 'parents':
      return parentsLines(tasks, all);
    case 'children':
      return childrenLines(tasks, all);
    case 'threads':
      return threadsLines(tasks, all);
    case 'times':
      return timesLines(tasks);
    case 'last-run':
      return lastRunLines(kernel, tasks);
    case 'limits':
      return limitsLines(kernel, tasks, all);
    case 'summary':
      return summaryLines(tasks);
  }
}
