import { kmem as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const kmem: Command = kernelCommand({
  analyzer,
  words: [{ name: 'WHAT', option: 'what', isOptional: true }],
  letters: { info: 'i', zones: 'z', nodes: 'n', slabs: 's', vmalloc: 'v', page: 'p' },
  details: [
    'Shows the memory of the kernel: the figures of /proc/meminfo, or the parts that the options ' +
      'name. A figure includes what CPUs keep for themselves, which /proc leaves out until it is ' +
      'folded in; --json also has the value that /proc shows.',
  ],
  examples: [
    'vmcore',
    '--zones --nodes vmcore',
    '--slabs vmcore dentry',
    'vmcore 0xffff89ac01209800',
    '--vmstat --csv vmcore',
    '--json vmcore',
  ],
  answered: 'the memory was read',
  unanswered: 'nothing of what was asked for can be read',
});
