import { print as analyzer } from '@vmcorekit/analyzers';
import type { Command } from '../command.ts';
import { kernelCommand } from '../inspecting/kernel-command.ts';

export const print: Command = kernelCommand({
  analyzer,
  words: [{ name: 'EXPRESSION', option: 'expression', isRepeatable: true }],
  letters: { hex: 'x' },
  details: [
    'Shows the value of an expression of C: variables, members, elements, pointers, casts, ' +
      'sizeof, offsetof, container_of and integer arithmetic. Quote what the shell would change.',
    'A per-CPU variable needs the number of a CPU: per_cpu(runqueues, 2). per_cpu_ptr(POINTER, 2) ' +
      'is for pointers. No function of the kernel is called, and nothing is written.',
  ],
  examples: [
    'vmcore init_task.comm',
    "vmcore 'per_cpu(runqueues, 0).nr_running'",
    "vmcore '((struct page *)vmemmap_base)[5].flags'",
    "vmcore 'offsetof(struct list_head, prev)'",
  ],
  answered: 'the expression has a value',
  unanswered: 'its variables are not known in this dump, or their memory is lost',
});
