import { BufferSource } from '@vmcorekit/core';
import { isf as format } from '@vmcorekit/linux';
import { buildIsf, headOf } from '@vmcorekit/testing';
import type { FuzzTarget } from '../target.ts';

const list = { kind: 'struct', name: 'list_head' };

export const isf: FuzzTarget = {
  name: 'isf',
  summary: 'an ISF file, for its symbols and types',
  seeds: () => [
    buildIsf({
      banner: 'Linux version 6.1 (a@b)',
      symbols: {
        _text: { address: 0xffffffff81000000n },
        linux_banner: { address: 0xffffffff82000000n, type: list },
      },
      enums: { zone: { size: 4, base: 'int', constants: { DMA: 0, LAST: -1 } } },
      user_types: {
        list_head: {
          kind: 'struct',
          size: 16,
          fields: {
            next: { type: { kind: 'pointer', subtype: list }, offset: 0 },
            flag: {
              type: {
                kind: 'bitfield',
                bit_length: 3,
                bit_position: 1,
                type: { kind: 'base', name: 'int' },
              },
              offset: 8,
            },
            inner: { type: { kind: 'union', name: 'unnamed_1' }, offset: 8, anonymous: true },
          },
        },
        unnamed_1: { kind: 'union', size: 8, fields: { next: { type: list, offset: 0 } } },
      },
    }),
  ],
  run(bytes) {
    format.probe(headOf(bytes));
    const table = format.open(new BufferSource(bytes, 'fuzz'));
    const types = table.types?.open();
    const list_head = types?.struct('list_head');
    const found = ['next', 'next.next', 'flag', 'inner', 'none'].filter(
      (path) => list_head?.member(path)?.type != null,
    );
    table.at(0xffffffff81000010n);
    const zone = types?.enumeration('zone')?.size ?? -1;
    const variable = types?.variableType?.('linux_banner')?.type.text ?? '';
    return `${Math.min(3, table.size)} ${found.join(' ')} ${Math.min(3, zone)} ${variable} ${table.banner === undefined ? '' : 'banner'}`;
  },
};
