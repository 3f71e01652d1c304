import { mod as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const mod: Command = kernelCommand({
  analyzer,
  words: [{ name: 'NAME', option: 'name', isOptional: true, isRepeatable: true }],
  details: [
    'Lists the modules as /proc/modules does: base, size, uses, state, taint and users. With a ' +
      'NAME, also shows parameters, sections, memory, build ID and the number of symbols.',
    'Looks for each module in four places of the kernel: its list, what sysfs shows, the tree by ' +
      'which it finds code, and the list of types. A module that the list does not have is ' +
      'shown too, and stderr says why it is missing there.',
  ],
  examples: ['vmcore', 'vmcore nf_tables', '--json vmcore', '--csv vmcore > modules.csv'],
  answered: 'the modules were found',
  unanswered: 'the modules were not found in this dump',
});
