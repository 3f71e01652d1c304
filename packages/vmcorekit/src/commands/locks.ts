import { locks as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const locks: Command = kernelCommand({
  analyzer,
  details: [
    'Shows each mutex, rw_semaphore, semaphore and rt_mutex for which tasks wait: who holds it, ' +
      'and who waits, in the order of its list. Tasks that wait for each other in a cycle are a ' +
      'deadlock, which comes first. Also shows the tasks in state D, grouped by stack.',
    'Finds locks from the waiters: a structure on the stack of a task links it to the lock, and ' +
      'its list must lead back. A semaphore names no owner, and neither does a lock that is ' +
      'held to read. Spinlocks are not shown.',
  ],
  examples: ['vmcore', '--json vmcore', '--csv vmcore > locks.csv'],
  answered: 'the tasks were found',
  unanswered: 'the tasks or their locks were not found in this dump',
});
