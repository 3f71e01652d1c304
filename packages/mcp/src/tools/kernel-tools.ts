import type { Toolkit } from '@vmcorekit/engine';
import { analyzerTool } from './analyzer-tool.ts';
import type { Tool } from './tool.ts';

/** The analyzers that most triage needs, each a tool. All others are reached by `analyze`. */
const named: readonly (Pick<Tool, 'name' | 'title' | 'description'> & {
  readonly analyzer: string;
})[] = [
  {
    name: 'crash_summary',
    analyzer: 'crash-summary',
    title: 'Why the kernel crashed',
    description:
      'The cause of a crash in a few lines: panic message, CPU, task, code address, stack, and a ' +
      'signature to compare crashes by. Call it second, after probe.',
  },
  {
    name: 'log',
    analyzer: 'kernel-log',
    title: 'Kernel log',
    description:
      'The messages of the kernel, as dmesg prints them, oldest first. The end matters most: use ' +
      'tail, level or search.',
  },
  {
    name: 'ps',
    analyzer: 'ps',
    title: 'Tasks',
    description: 'Processes, threads and kernel tasks, with their states. Select by pid or name.',
  },
  {
    name: 'bt',
    analyzer: 'bt',
    title: 'Stacks',
    description:
      'Stack traces. Without arguments: the CPU that panicked, else every CPU. grouped shows equal ' +
      'stacks together, which finds hangs.',
  },
  {
    name: 'mod',
    analyzer: 'mod',
    title: 'Modules',
    description: 'The kernel modules, with taints, and those that hide from lists.',
  },
  {
    name: 'sym',
    analyzer: 'sym',
    title: 'Symbols',
    description: 'Looks symbols up by name, by address, or by a part of the name.',
  },
  {
    name: 'whatis',
    analyzer: 'whatis',
    title: 'What lies at an address',
    description:
      'Says what an address is: symbol, module, task, stack, page, slab object. For a name or an ' +
      'expression it says the type.',
  },
  {
    name: 'struct',
    analyzer: 'struct',
    title: 'Structures',
    description: 'The members of a structure with offsets, or its values at an address.',
  },
  {
    name: 'print',
    analyzer: 'print',
    title: 'Value of an expression',
    description:
      'The value of an expression of C over the variables of the kernel: init_task.comm, ' +
      '((struct task_struct *)0xffff888003a50000)->pid.',
  },
];

/** Their tools, as far as the analyzers are registered. */
export function kernelTools({ registry }: Pick<Toolkit, 'registry'>): readonly Tool[] {
  const analyzers = registry.all('analyzers');
  return named.flatMap(({ analyzer: name, ...about }) => {
    const analyzer = analyzers.find((each) => each.name === name);
    return analyzer === undefined ? [] : [analyzerTool(analyzer, about)];
  });
}

/** The names of the analyzers that have a tool. */
export const namedAnalyzers: ReadonlySet<string> = new Set(named.map(({ analyzer }) => analyzer));
