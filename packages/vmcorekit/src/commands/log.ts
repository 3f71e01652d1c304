import { kernelLog } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const log: Command = kernelCommand({
  analyzer: kernelLog,
  dataKey: 'records',
  details: [
    'Shows the messages of the kernel, as `dmesg` prints them. Reads the printk ring buffer of ' +
      'Linux 5.10 and later, and the records before it.',
  ],
  placeholders: { level: 'LEVEL', tail: 'COUNT' },
  examples: ['vmcore', '--level err --tail 20 vmcore', '--json vmcore', '--csv vmcore > log.csv'],
  answered: 'the log was found',
  unanswered: 'no log was found in this dump',
});
