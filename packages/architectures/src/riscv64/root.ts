import { hex, type TranslationRoot, VmcorekitError } from '@vmcorekit/core';
import type { TableFormat, TopTable } from '../radix/format.ts';
import { formatOf } from './format.ts';

/** Sv39, Sv48 and Sv57. */
type Levels = 3 | 4 | 5;

const formats: Readonly<Record<Levels, TableFormat>> = {
  3: formatOf(3),
  4: formatOf(4),
  5: formatOf(5),
};
const entries = 512;

export interface Riscv64Root extends TranslationRoot {
  readonly tableAddress: number;
  readonly levels: Levels;
}

export function riscv64Root(tableAddress: number, levels: Levels): Riscv64Root {
  return {
    key: `${tableAddress}/${formats[levels].name}`,
    summary: `${levels}-level tables (${formats[levels].name}) at ${hex(tableAddress)}`,
    basePageSizeInBytes: 4096,
    tableAddress,
    levels,
  };
}

/** The table that a root names. Throws `contract` for a root of another processor. */
export function topTableOf({ key, summary, tableAddress, levels }: TranslationRoot): TopTable {
  const format = levels === 3 || levels === 4 || levels === 5 ? formats[levels] : undefined;
  if (tableAddress === null || format === undefined || !key.endsWith(`/${format.name}`)) {
    throw new VmcorekitError('contract', { what: `${summary}: not a root of riscv64` });
  }
  return {
    format,
    part: { table: tableAddress, first: 0, end: entries },
    rights: { isWritable: true, isExecutable: true, isUser: true },
  };
}
