import { type ByteSource, latin1Text, type SymbolFile, type SymbolTable } from '@vmcorekit/core';
import { IsfFile } from './isf/isf-file.ts';
import { IsfTable } from './isf/isf-table.ts';

const start = /^\s*\{\s*"(?:metadata|base_types|user_types|enums|symbols)"\s*:\s*\{/;

/**
 * volatility3's ISF (Intermediate Symbol Format), as dwarf2json writes it: the symbols and types of
 * a kernel in JSON.
 */
export const isf: SymbolFile & { open(source: ByteSource): SymbolTable } = {
  name: 'isf',
  summary: "volatility3's ISF, JSON with the symbols and types of a kernel",
  probe({ head }) {
    const key = start.exec(latin1Text(head.subarray(0, 1024)))?.[0].replaceAll(/[^a-z_]/g, '');
    return key === undefined
      ? undefined
      : { because: `JSON that begins with '${key}'`, strength: 'likely' };
  },
  open(source) {
    try {
      return new IsfTable(new IsfFile(source));
    } finally {
      source[Symbol.dispose]();
    }
  },
};
