import { sym as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const sym: Command = kernelCommand({
  analyzer,
  words: [{ name: 'SYMBOL', option: 'symbols', isOptional: true, isRepeatable: true }],
  letters: { match: 'm' },
  placeholders: { module: 'NAME' },
  details: [
    'Finds symbols of the kernel and its modules. A SYMBOL is a name, MODULE:NAME, or an address. ' +
      'An address shows the symbol that holds it, and how far into it the address is. A name ' +
      'shows every symbol of that name.',
    'Code that the kernel made while it ran has names too: BPF programs are in the module bpf, ' +
      'trampolines of ftrace in __builtin__ftrace.',
  ],
  examples: ['vmcore schedule', 'vmcore 0xffffffff81a3c2b5', '--match nf_tables_ vmcore'],
  answered: 'a symbol was found',
  unanswered: 'no symbol was found',
});
