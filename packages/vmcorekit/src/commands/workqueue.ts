import { workqueue as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const workqueue: Command = kernelCommand({
  analyzer,
  letters: { delayed: 'd', workers: 'w', pools: 'p', queues: 'Q' },
  details: [
    'Lists the works that run, and those that wait: for a worker (pending), for the work before ' +
      '(scheduled), or for fewer active works of their workqueue (inactive). Each has its function.',
    'SECONDS is how long a work has run, where the kernel notes it, or the time until the timer ' +
      'of a delayed work fires. A barrier names the task that waits in a flush.',
  ],
  examples: ['vmcore', '-d vmcore', '-w -p vmcore', '-Q vmcore', '--json vmcore'],
  answered: 'the workqueues were found',
  unanswered: 'the workqueues were not found in this dump',
});
