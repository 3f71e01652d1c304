import { vm as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const vm: Command = kernelCommand({
  analyzer,
  words: [{ name: 'TASK', option: 'task', isOptional: true }],
  letters: { pages: 'p' },
  details: [
    'Shows the memory of a process area by area, as crash and /proc/PID/maps do. A TASK is a pid, ' +
      'a name or an address. Without one, it shows process 1. The kernel counts areas and pages, ' +
      'too; stderr says where that does not agree.',
    '--pages counts the pages that each area has in memory, those that the dump lost, and those ' +
      "that were swapped out. 'read --pid PID' shows their bytes.",
  ],
  examples: ['vmcore 1', '--pages vmcore sshd', '--json vmcore 1234'],
  answered: 'the areas were found',
  unanswered: 'there is no such process, or its areas were not found',
});
