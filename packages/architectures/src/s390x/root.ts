import { hex, type TranslationRoot, VmcorekitError } from '@vmcorekit/core';
import type { TableFormat, TopTable } from '../radix/format.ts';
import { formatOf, partOf } from './format.ts';

type Levels = 2 | 3 | 4 | 5;
/** In units of 512 entries, less one; all that Linux makes are whole. */
type Length = 0 | 1 | 2 | 3;

const formats: Readonly<Record<Levels, TableFormat>> = {
  2: formatOf(2),
  3: formatOf(3),
  4: formatOf(4),
  5: formatOf(5),
};
/** Bits of an ASCE. Real-space control means an address space without tables. */
const realSpace = 0x20n;
const typeShift = 2n;
const twoBits = 3n;
const originShift = 12n;
const addressLimit = 2n ** 52n;
const entriesPerTable = 2048;

export interface S390xRoot extends TranslationRoot {
  readonly tableAddress: number;
  readonly levels: Levels;
}

export function s390xRoot(tableAddress: number, levels: Levels, length: Length = 3): S390xRoot {
  const part = length === 3 ? '' : ` of which ${length + 1} of 4 parts are used`;
  return {
    key: `s390x/${tableAddress}/${levels}/${length}`,
    summary: `${levels}-level tables at ${hex(tableAddress)}${part}`,
    basePageSizeInBytes: 4096,
    tableAddress,
    levels,
  };
}

/**
 * The root that an address-space-control element (ASCE) names; undefined for a real space. Source:
 * z/Architecture Principles of Operation, SA22-7832, "Address-Space-Control Element".
 */
export function rootOfAsce(asce: bigint): S390xRoot | undefined {
  const origin = (asce >> originShift) << originShift;
  return (asce & realSpace) !== 0n || origin === 0n || origin >= addressLimit
    ? undefined
    : s390xRoot(
        Number(origin),
        (Number((asce >> typeShift) & twoBits) + 2) as Levels,
        Number(asce & twoBits) as Length,
      );
}

/** The table that a root names. Throws `contract` for a root of another processor. */
export function topTableOf({ key, summary, tableAddress, levels }: TranslationRoot): TopTable {
  const [name, , , length] = key.split('/');
  const format = formats[levels as Levels];
  if (name !== 's390x' || tableAddress === null || format === undefined) {
    throw new VmcorekitError('contract', { what: `${summary}: not a root of s390x` });
  }
  return {
    format,
    part: partOf(tableAddress, 0, Number(length)),
    rights: { isWritable: true, isExecutable: true, isUser: false },
  };
}

export const tableSizeInBytes: number = entriesPerTable * 8;
