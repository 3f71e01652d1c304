import { crashSummary as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const crashSummary: Command = kernelCommand({
  analyzer,
  details: [
    'Shows why the kernel crashed: the panic from its log, and the CPU with its task, stack ' +
      'and registers. Names the function and the module at fault. Lists hung tasks, and groups ' +
      'the tasks in state D by stack. Of a kernel that did not panic, it shows what blocks.',
    'The signature is the same for dumps of the same bug: of any format, KASLR offset and, where ' +
      'the functions agree, build. It has the panic without numbers, and up to five functions. ' +
      'The hash is FNV-1a 64 of that text, and not cryptographic.',
  ],
  examples: ['vmcore', '--json vmcore'],
  answered: 'the kernel was found',
  unanswered: 'no kernel was found in this dump',
});
