import { BufferSource } from '@vmcorekit/core';
import { VmlinuxSymbols } from '@vmcorekit/format-elf';
import { buildVmlinux, headOf } from '@vmcorekit/testing';
import type { FuzzTarget } from '../target.ts';

const symbols = [
  { name: '_text', st_value: 0xffffffff81000000n },
  { name: 'phys_base', st_value: 0xffffffff82600000n },
];
const source = new VmlinuxSymbols();

export const vmlinux: FuzzTarget = {
  name: 'vmlinux',
  summary: 'a vmlinux, for its symbols',
  seeds: () => [
    buildVmlinux({ symbols, banner: 'Linux version 6.1 (a@b)', buildId: '0123456789abcdef0123' })
      .bytes,
    buildVmlinux({
      symbols: [{ name: '_text', st_value: 0xc1000000n }],
      wordSizeInBits: 32,
      byteOrder: 'big',
    }).bytes,
  ],
  run(bytes) {
    source.probe(headOf(bytes));
    const table = source.open(new BufferSource(bytes, 'fuzz'));
    const found = ['_text', 'phys_base', ''].filter(
      (name) => table.find(name)?.address !== undefined,
    );
    table.at(0xffffffff81000010n);
    return `${Math.min(3, table.size)} ${found.join(' ')} ${table.banner === undefined ? '' : 'banner'} ${table.buildId === undefined ? '' : 'id'}`;
  },
};
