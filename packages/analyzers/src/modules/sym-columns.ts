import { hex, printable, type ReportColumn, unknownText } from '@vmcorekit/core';
import { digitsOf } from './mod-columns.ts';
import type { SymSymbol } from './sym-report.ts';

/** crash's columns: the address, the letter of the type, the name, and the module. */
export const symColumns: readonly ReportColumn<SymSymbol>[] = [
  { key: 'asked', value: ({ asked }) => asked },
  {
    key: 'address',
    title: 'ADDRESS',
    value: ({ address }) => address,
    text: ({ address }) => digitsOf(address),
  },
  { key: 'type', title: 'TYPE', value: ({ type }) => type },
  { key: 'name', value: ({ name }) => name },
  { key: 'offset', value: ({ offset }) => offset },
  { title: 'SYMBOL', value: ({ name }) => name, text: symbolText },
  {
    key: 'size',
    title: 'SIZE',
    kind: 'number',
    value: ({ size }) => size,
  },
  {
    key: 'module',
    title: 'MODULE',
    value: ({ module }) => module,
    text: ({ name, module }) =>
      module === null ? (name === null ? unknownText : '-') : printable(module),
  },
];

function symbolText({ name, offset }: SymSymbol): string {
  return name === null
    ? unknownText
    : `${printable(name)}${offset === null || offset === 0 ? '' : `+${hex(offset)}`}`;
}
