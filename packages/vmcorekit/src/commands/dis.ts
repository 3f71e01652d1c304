import { dis as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const dis: Command = kernelCommand({
  analyzer,
  words: [{ name: 'FUNCTION|ADDRESS', option: 'what' }],
  placeholders: { pid: 'PID' },
  letters: { until: 'r', rest: 'f', count: 'n' },
  details: [
    'Shows machine code as gdb and crash do: of a FUNCTION all of it, at an ADDRESS one ' +
      'instruction. Calls, jumps and what is read by an address have their symbols.',
    'The bytes are those in the dump, with what static keys, ftrace, kprobes and livepatch wrote ' +
      'over them. No vmlinux is needed, so there are no source lines.',
    'An address of a process needs --pid.',
    'Says where an ADDRESS lies within an instruction, where bytes are no known instruction, and ' +
      'where a page is lost.',
  ],
  examples: [
    'vmcore schedule',
    'vmcore 0xffffffff81000000 -n 20',
    '-r vmcore schedule+0x40',
    '--bytes --hex vmcore panic',
  ],
  answered: 'the instructions were read',
  unanswered: 'the code is not in this dump, or no disassembler reads it',
});
