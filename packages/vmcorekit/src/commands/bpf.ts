import { bpf as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const bpf: Command = kernelCommand({
  analyzer,
  letters: { types: 't' },
  details: [
    'Lists what is loaded of BPF: programs with their machine code, maps, and the links that ' +
      'attach programs. --jsonl and --csv print the programs.',
    'Classic filters of sockets and seccomp have no number, and are not shown.',
  ],
  examples: ['vmcore', '-t vmcore', '--json vmcore'],
  answered: 'the programs of BPF were looked for, and may be none',
  unanswered: 'the programs of BPF were not found in this dump',
});
