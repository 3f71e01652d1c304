import { bt as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const bt: Command = kernelCommand({
  analyzer,
  words: [{ name: 'TASK', option: 'select', isOptional: true, isRepeatable: true }],
  letters: { cpus: 'a', cpu: 'c', grouped: 'g' },
  details: [
    'Shows the stack of each task or CPU as crash does: the frames from the innermost, each with ' +
      'its stack pointer, function and address. A TASK is a pid, a name or an address. Without ' +
      'one: the CPU that panicked, else every CPU.',
    'Unwinds through interrupts, exceptions, NMIs and modules. x86-64 has ORC tables in the ' +
      "kernel's own memory, arm64 frame records on the stack, riscv64 frame pointers, s390x and " +
      'ppc64 back chains.',
    'Where a stack cannot be unwound to its end, a line says why. A frame that nothing proves has ' +
      'a question mark.',
  ],
  examples: ['vmcore', 'vmcore 1 systemd', '-a vmcore', '--grouped vmcore', '--json --all vmcore'],
  answered: 'the stacks were found',
  unanswered: 'no such task or CPU was found in this dump',
});
