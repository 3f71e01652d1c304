import { irq as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const irq: Command = kernelCommand({
  analyzer,
  letters: { counts: 's', affinity: 'a' },
  details: [
    'Lists the interrupts that have a handler: the descriptor, the controller with its own number ' +
      'for the interrupt, how often it came, and the functions that handle it.',
    'The counts are those of /proc/interrupts, for every possible CPU. What that file shows below ' +
      'them, such as LOC and TLB, belongs to the processor and is not shown.',
  ],
  examples: ['vmcore', '-s vmcore', '-a vmcore', '--json vmcore'],
  answered: 'the interrupts were found',
  unanswered: 'the interrupts were not found in this dump',
});
