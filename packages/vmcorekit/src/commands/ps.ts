import { ps as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const ps: Command = kernelCommand({
  analyzer,
  words: [{ name: 'TASK', option: 'select', isOptional: true, isRepeatable: true }],
  letters: { processes: 'G', kernel: 'k', user: 'u', tree: 't', arguments: 'a', details: 'd' },
  placeholders: { view: 'VIEW', cpu: 'N' },
  details: [
    'Shows the tasks as crash does: the idle tasks, processes and their threads, and those of the ' +
      'kernel, whose names stand in brackets. A > marks the task that a CPU runs. VSZ and RSS are ' +
      'in KiB. A TASK is a pid, a name or an address.',
    'Looks for each task also in the table of pids, the children of each task, the runqueues and ' +
      'the current task of each CPU. stderr names every task that one of them contradicts, and ' +
      'those that the list does not have.',
  ],
  examples: [
    'vmcore',
    'vmcore 1 systemd',
    '--processes --user vmcore',
    '-a vmcore sshd',
    '--json vmcore',
  ],
  answered: 'the tasks were found',
  unanswered: 'the tasks were not found in this dump, or none is a TASK',
});
