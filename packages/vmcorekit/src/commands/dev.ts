import { dev as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const dev: Command = kernelCommand({
  analyzer,
  letters: { disks: 'd', io: 'i' },
  details: [
    'Shows who has which major number, as /proc/devices does, and the disks and partitions with ' +
      'their sizes. With --io, shows the I/O ports and the memory of devices.',
  ],
  examples: ['vmcore', '--disks vmcore', '--io vmcore', '--json vmcore'],
  answered: 'the devices were read',
  unanswered: 'the devices cannot be read in this dump',
});
