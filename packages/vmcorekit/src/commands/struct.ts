import { struct as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const struct: Command = kernelCommand({
  analyzer,
  words: [
    { name: 'NAME', option: 'name' },
    { name: 'ADDRESS', option: 'at', isOptional: true, isRepeatable: true },
  ],
  letters: { hex: 'x' },
  details: [
    'Shows the definition of a structure or union in C; /* … */ has the offset and size of each ' +
      'member in bytes. NAME.MEMBER,MEMBER shows some members; a MEMBER is a path.',
    'With an ADDRESS it shows the values there. An ADDRESS is a number with 0x, a symbol, or an ' +
      'expression as of print; a pointer leads to its target.',
  ],
  examples: [
    'vmcore task_struct',
    'vmcore list_head modules',
    'vmcore task_struct.pid,comm,tasks.next init_task',
    '--json vmcore page.flags vmemmap_base',
  ],
  answered: 'the structure was found',
  unanswered: "this dump's kernel does not describe the structure, or its memory is lost",
});
