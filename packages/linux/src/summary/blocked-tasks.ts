import type { Kernel, Progress, StackTrace } from '@vmcorekit/core';
import type { LinuxTask } from '../tasks/linux-task.ts';
import { readTasks } from '../tasks/read-tasks.ts';

/** A task in an uninterruptible sleep, with its stack. */
export interface BlockedTask {
  readonly task: LinuxTask;
  readonly trace: StackTrace;
}

export interface BlockedTasks {
  readonly tasks: readonly BlockedTask[];
  readonly remarks: readonly string[];
}

const stacksPerStep = 16;

/**
 * The tasks whose state is D, with their stacks. Idle kernel threads (state I) sleep the same way
 * and are not among them. A sentence where the tasks or their states are not known.
 */
export function* blockedTasksOf(kernel: Kernel): Generator<Progress, BlockedTasks | string, void> {
  const list = yield* readTasks(kernel);
  if (typeof list === 'string') {
    return list;
  }
  if (list.tasks.every(({ state }) => state === null)) {
    return 'this kernel has states of tasks that are not known';
  }
  const blocked = list.tasks.filter(({ state }) => state === 'D');
  const tasks: BlockedTask[] = [];
  for (const task of blocked) {
    tasks.push({ task, trace: task.stack() });
    if (tasks.length % stacksPerStep === 0) {
      const fraction = tasks.length / blocked.length;
      yield { kind: 'progress', doing: 'unwinding the stacks of blocked tasks', fraction };
    }
  }
  return { tasks, remarks: list.remarks };
}
