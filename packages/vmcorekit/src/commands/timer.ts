import { timer as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const timer: Command = kernelCommand({
  analyzer,
  letters: { hrtimers: 'r', cpu: 'C' },
  placeholders: { cpu: 'N' },
  details: [
    'Lists the timers that wait: those of the timer wheels, which count in jiffies, and then ' +
      'hrtimers, which count in nanoseconds. Each has the function that it will run.',
    'IN SECONDS is counted from the last tick before the dump. A negative number is overdue: a ' +
      'timer that was due within that tick, or one that a CPU did not get to.',
  ],
  examples: ['vmcore', '-r vmcore', '-C 0 vmcore', '--json vmcore'],
  answered: 'the timers were found',
  unanswered: 'the timers were not found in this dump',
});
