import type { Kernel, KernelCache, StackReader, Unwinder, UnwindStart } from '@vmcorekit/core';
import { stacksOf } from './cpu-stacks.ts';
import { moduleOrcAt } from './module-orc.ts';
import { orcTablesOf } from './orc-tables.ts';
import { walkByOrc } from './orc-walk.ts';

/**
 * Unwinds by the ORC tables that the kernel keeps of itself (CONFIG_UNWINDER_ORC, the default of
 * x86-64 since Linux 4.14). Source: Linux, Documentation/arch/x86/orc-unwinder.rst.
 */
export const orc: Unwinder = {
  name: 'orc',
  summary: 'unwinds by the ORC tables in the memory of the kernel',
  architecture: 'x86_64',
  open(kernel: Kernel, cache?: KernelCache): StackReader | string {
    const tables = orcTablesOf(kernel, (address) => moduleOrcAt(kernel, address), cache);
    if (typeof tables === 'string') {
      return tables;
    }
    const parts = { kernel, tables, regionsOf: (start: UnwindStart) => stacksOf(kernel, start) };
    return { trace: (start) => walkByOrc(parts, start) };
  },
};
