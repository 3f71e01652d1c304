import { files as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const files: Command = kernelCommand({
  analyzer,
  words: [{ name: 'TASK', option: 'select', isOptional: true, isRepeatable: true }],
  details: [
    'Shows the open files of each process as crash and lsof do, with its root, its working folder ' +
      'and its program. A TASK is a pid, a name or an address. Without one, it shows all processes.',
    'A path is what /proc/PID/fd shows: a socket is socket:[INODE], a deleted file ends in ' +
      '(deleted). --json also has the position, the flags and the mount of each file.',
  ],
  examples: ['vmcore', 'vmcore 1 sshd', '--json vmcore'],
  answered: 'the files were found',
  unanswered: 'the tasks were not found in this dump',
});
