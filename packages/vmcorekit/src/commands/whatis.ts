import { whatis as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const whatis: Command = kernelCommand({
  analyzer,
  words: [{ name: 'ADDRESS', option: 'what', isRepeatable: true }],
  details: [
    'Says what lies at an ADDRESS, and what proves it: a symbol, a module, a per-CPU variable, a task or its ' +
      'stack, a page, a slab object, a vmalloc area, the mapping of a process. An ADDRESS is a ' +
      'number with 0x, or an expression like &NAME.',
    'Given a name or another expression of C, it says the type.',
  ],
  examples: ['vmcore 0xffffffff9f4000c0', "vmcore '&init_task.comm'", 'vmcore runqueues'],
  answered: 'something is known of it',
  unanswered: 'nothing is known of it in this dump',
});
