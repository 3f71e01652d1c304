import type { Dump, KernelMemory } from '@vmcorekit/core';
import { kernelMemory } from '@vmcorekit/engine';
import { type OptionSpec, type OptionValues, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { Invocation } from '../command.ts';
import { locateKernel } from './locate-by-rules.ts';
import { locateOptionsOf, locateOptionTable } from './locate-options.ts';

/** Whose page tables a virtual address is looked up in. */
export const addressSpaceOptionTable: typeof locateOptionTable & { readonly cpu: OptionSpec<number | undefined> } = {
  cpu: value('N', 'through the page tables of CPU N (its CR3) instead of the kernel found', parseCpu),
  ...locateOptionTable,
};

/**
 * The address space asked for: a CPU's, or that of the kernel in the dump, which is searched for. Null with the reason where no kernel
 * with page tables was found. Throws `UsageError` for a CPU there is not.
 */
export async function addressSpaceOf(
  invocation: Pick<Invocation, 'toolkit' | 'io' | 'global' | 'configuration'>,
  options: OptionValues<typeof addressSpaceOptionTable>,
  dump: Dump,
): Promise<KernelMemory | { readonly because: string }> {
  const mmu = dump.architecture?.mmu;
  if (mmu === undefined) {
    return { because: 'page tables of this architecture are not known' };
  }
  if (options.cpu !== undefined) {
    const cpu = dump.cpus[options.cpu];
    if (cpu === undefined) {
      throw new UsageError(
        `--cpu: got ${options.cpu}, ${dump.cpus.length === 0 ? 'the dump names no CPUs' : `the dump's CPUs are 0 to ${dump.cpus.length - 1}`}`,
      );
    }
    const root = mmu.rootOf(cpu.registers);
    return root === undefined ? { because: `the registers of CPU ${options.cpu} name no page tables` } : kernelMemory(dump, root);
  }
  const { toolkit } = invocation;
  const verdict = await locateKernel(invocation, dump, locateOptionsOf(toolkit, options));
  const { kernel, explanation } = verdict;
  if (kernel === null || kernel.root === null) {
    return { because: kernel === null ? explanation : 'the page tables of the kernel are not known' };
  }
  return kernelMemory(dump, kernel.root, kernel.byteOrder);
}

function parseCpu(text: string, option: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) {
    throw new UsageError(`${option}: got '${text}', wanted the number of a CPU, like 0`);
  }
  return Number(text);
}
