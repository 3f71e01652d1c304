import { BufferSource } from '@vmcorekit/core';
import { VmlinuxSymbols } from '@vmcorekit/format-elf';
import { buildDwarf, buildVmlinux, type DwarfEntrySpec, type DwarfSpec } from '@vmcorekit/testing';
import type { FuzzTarget } from '../target.ts';

const entries: readonly DwarfEntrySpec[] = [
  { tag: 'base_type', id: 'int', attributes: { name: 'int', byte_size: 4, encoding: 5 } },
  {
    tag: 'structure_type',
    id: 'list_head',
    attributes: { name: 'list_head', byte_size: 16, decl_line: 9 },
    children: [
      { tag: 'member', attributes: { name: 'next', type: { ref: 'to' }, data_member_location: 0 } },
      { tag: 'member', attributes: { type: { ref: 'inner' }, data_member_location: 8 } },
      {
        tag: 'member',
        attributes: { name: 'flag', type: { ref: 'int' }, bit_size: 3, bit_offset: 4 },
      },
    ],
  },
  { tag: 'pointer_type', id: 'to', attributes: { type: { ref: 'list_t' } } },
  { tag: 'typedef', id: 'list_t', attributes: { name: 'list_t', type: { ref: 'list_head' } } },
  {
    tag: 'union_type',
    id: 'inner',
    attributes: { byte_size: 8 },
    children: [{ tag: 'member', attributes: { name: 'pids', type: { ref: 'array' } } }],
  },
  {
    tag: 'array_type',
    id: 'array',
    attributes: { type: { ref: 'int' } },
    children: [{ tag: 'subrange_type', attributes: { upper_bound: 1 } }],
  },
  {
    tag: 'enumeration_type',
    attributes: { name: 'zone', byte_size: 4 },
    children: [{ tag: 'enumerator', attributes: { name: 'DMA', const_value: -1 } }],
  },
  {
    tag: 'variable',
    id: 'decl',
    attributes: { name: 'init', type: { ref: 'to' }, declaration: true },
  },
  { tag: 'variable', attributes: { specification: { ref: 'decl' } } },
];
const shapes: readonly Omit<DwarfSpec, 'units'>[] = [
  {},
  { version: 4, byteOrder: 'big', hasSiblings: false },
  { is64: true, texts: 'string' },
  { texts: 'strx' },
];

export const dwarf: FuzzTarget = {
  name: 'dwarf',
  summary: 'a vmlinux, for the types in its DWARF',
  seeds: () =>
    shapes.map(
      (shape) =>
        buildVmlinux({
          ...(shape.byteOrder === undefined ? {} : { byteOrder: shape.byteOrder }),
          symbols: [{ name: '_text', st_value: 0xffffffff81000000n }],
          sections: buildDwarf({ ...shape, units: [entries, entries] }),
        }).bytes,
    ),
  run(bytes) {
    const table = new VmlinuxSymbols().open(new BufferSource(bytes, 'fuzz'));
    const types = table.types?.open();
    const struct = types?.struct('list_head');
    const found = ['next', 'pids', 'flag', 'next.next', 'none'].filter(
      (path) => struct?.member(path)?.type != null,
    );
    const zone = types?.enumeration('zone')?.size ?? -1;
    const variable = types?.variableType?.('init')?.type.type;
    const to = variable?.kind === 'pointer' ? variable.to?.kind : variable?.kind;
    return `${found.join(' ')} ${Math.min(3, zone)} ${to ?? ''} ${types?.hasSeveral?.('list_t') === true ? 'several' : ''}`;
  },
};
