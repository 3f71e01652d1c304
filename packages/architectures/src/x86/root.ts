import { hex, type TranslationRoot, VmcorekitError } from '@vmcorekit/core';
import { pageSizeInBytes } from './entries.ts';

/** A root of x86's tables: it always has an address and levels. */
export interface X86Root extends TranslationRoot {
  readonly tableAddress: number;
  readonly levels: number;
}

export function x86Root(tableAddress: number, levels: number): X86Root {
  return {
    key: `${tableAddress}/${levels}`,
    summary: `${levels}-level tables at ${hex(tableAddress)}`,
    basePageSizeInBytes: pageSizeInBytes,
    tableAddress,
    levels,
  };
}

/** A root, narrowed to x86's own type. Throws `contract` for a root that no x86 processor has. */
export function asX86Root(root: TranslationRoot): X86Root {
  if (root.tableAddress === null || root.levels === null) {
    throw new VmcorekitError('contract', {
      what: `${root.summary}: x86 has no windows without tables`,
    });
  }
  return root as X86Root;
}
