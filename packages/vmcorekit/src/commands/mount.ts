import { mount as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const mount: Command = kernelCommand({
  analyzer,
  words: [{ name: 'TASK', option: 'select', isOptional: true }],
  letters: { all: 'a' },
  details: [
    'Shows the mounts of the namespace of a task, as crash does. A TASK is a pid, a name or an ' +
      'address. Without one, it shows those of process 1. A path in brackets is the part of the ' +
      'file system that is mounted.',
    'A mount outside of the root of the task is (unreachable). OPTIONS are those of the mount; ' +
      '--json also has those of the file system that the kernel keeps for every kind of it.',
  ],
  examples: ['vmcore', 'vmcore 1234', '--all vmcore', '--json vmcore'],
  answered: 'the mounts were found',
  unanswered: 'the mounts were not found in this dump',
});
