import { runq as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const runq: Command = kernelCommand({
  analyzer,
  letters: { cpu: 'C' },
  placeholders: { cpu: 'N' },
  details: [
    'Shows for each CPU the task that it runs, and those that wait: with deadlines, in real time ' +
      'and fair ones. Tasks in groups are shown with the others.',
    'Looks for fair tasks both in the tree that the scheduler picks from and in the list of them. ' +
      'stderr says where the kernel counts another number of runnable tasks than were found.',
  ],
  examples: ['vmcore', '-C 0 vmcore', '--json vmcore'],
  answered: 'the run queues were found',
  unanswered: 'the run queues were not found in this dump',
});
