import { deflateSync } from 'node:zlib';
import { zlibPako } from '@vmcorekit/compressors';
import { BufferSource, type SymbolTable, type TypeTable, VmcorekitError } from '@vmcorekit/core';
import { VmlinuxSymbols } from '@vmcorekit/format-elf';
import {
  buildDwarf,
  buildVmlinux,
  type DwarfEntrySpec,
  type DwarfSpec,
  openContext,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const SHF_COMPRESSED = 0x800;
const rust = 0x1c;
const signed = 5;
const unsigned = 7;

const int: DwarfEntrySpec = {
  tag: 'base_type',
  id: 'int',
  attributes: { name: 'int', byte_size: 4, encoding: signed },
};
const char: DwarfEntrySpec = {
  tag: 'base_type',
  id: 'char',
  attributes: { name: 'char', byte_size: 1, encoding: 6 },
};
const ulong: DwarfEntrySpec = {
  tag: 'base_type',
  id: 'ulong',
  attributes: { name: 'long unsigned int', byte_size: 8, encoding: unsigned },
};

function member(name: string | null, type: string, at: number, more = {}): DwarfEntrySpec {
  const named = name === null ? {} : { name };
  return {
    tag: 'member',
    attributes: { ...named, type: { ref: type }, data_member_location: at, ...more },
  };
}

/** Types as GCC writes them for a source file. */
const types: readonly DwarfEntrySpec[] = [
  int,
  char,
  ulong,
  {
    tag: 'structure_type',
    id: 'list_head',
    attributes: { name: 'list_head', byte_size: 16, decl_line: 178 },
    children: [member('next', 'list_pointer', 0), member('prev', 'list_pointer', 8)],
  },
  {
    tag: 'pointer_type',
    id: 'list_pointer',
    attributes: { byte_size: 8, type: { ref: 'list_head' } },
  },
  { tag: 'const_type', id: 'const_list', attributes: { type: { ref: 'list_head' } } },
  { tag: 'typedef', id: 'list_t', attributes: { name: 'list_t', type: { ref: 'const_list' } } },
  {
    tag: 'array_type',
    id: 'comm',
    attributes: { type: { ref: 'char' } },
    children: [{ tag: 'subrange_type', attributes: { upper_bound: 15 } }],
  },
  {
    tag: 'array_type',
    id: 'matrix',
    attributes: { type: { ref: 'int' } },
    children: [
      { tag: 'subrange_type', attributes: { count: 2 } },
      { tag: 'subrange_type', attributes: { upper_bound: 2 } },
    ],
  },
  {
    tag: 'array_type',
    id: 'flexible',
    attributes: { type: { ref: 'int' } },
    children: [{ tag: 'subrange_type' }],
  },
  {
    tag: 'union_type',
    id: 'nameless',
    attributes: { byte_size: 8 },
    children: [
      { tag: 'member', attributes: { name: 'pid', type: { ref: 'int' } } },
      { tag: 'member', attributes: { name: 'id', type: { ref: 'ulong' } } },
    ],
  },
  {
    tag: 'enumeration_type',
    id: 'zone',
    attributes: { name: 'zone', byte_size: 4, type: { ref: 'int' } },
    children: [
      { tag: 'enumerator', attributes: { name: 'ZONE_DMA', const_value: 0 } },
      { tag: 'enumerator', attributes: { name: 'ZONE_BIG', const_value: 200 } },
      { tag: 'enumerator', attributes: { name: 'ZONE_NONE', const_value: -1 } },
    ],
  },
  { tag: 'subroutine_type', id: 'call', children: [] },
  { tag: 'pointer_type', id: 'call_pointer', attributes: { type: { ref: 'call' } } },
  { tag: 'pointer_type', id: 'void_pointer' },
  {
    tag: 'structure_type',
    id: 'task',
    attributes: { name: 'task', byte_size: 96, decl_line: 700 },
    children: [
      member('tasks', 'list_t', 0),
      member('comm', 'comm', 16),
      member(null, 'nameless', 32),
      member('zone', 'zone', 40),
      {
        tag: 'member',
        attributes: { name: 'flag', type: { ref: 'int' }, bit_size: 3, data_bit_offset: 365 },
      },
      member('matrix', 'matrix', 48),
      member('call', 'call_pointer', 72),
      member('data', 'void_pointer', 80),
      member('beyond', 'list_head', 90),
      member('rest', 'flexible', 96),
    ],
  },
  {
    tag: 'subprogram',
    attributes: { name: 'schedule' },
    children: [
      {
        tag: 'structure_type',
        attributes: { name: 'in_function', byte_size: 4 },
        children: [member('x', 'int', 0)],
      },
    ],
  },
  { tag: 'variable', attributes: { name: 'init_task', type: { ref: 'task' } } },
  {
    tag: 'variable',
    id: 'declared',
    attributes: { name: 'modules', type: { ref: 'list_head' }, declaration: true },
  },
  { tag: 'variable', attributes: { specification: { ref: 'declared' } } },
];

function open(spec: DwarfSpec): SymbolTable {
  const { byteOrder = 'little' } = spec;
  const { bytes } = buildVmlinux({
    byteOrder,
    symbols: [{ name: '_text', st_value: 0xffffffff81000000n }],
    sections: buildDwarf(spec),
  });
  return new VmlinuxSymbols().open(new BufferSource(bytes, 'vmlinux-test'));
}

function typesOf(spec: DwarfSpec): TypeTable {
  const { types: source } = open(spec);
  if (source === undefined) {
    throw new Error('it has no types');
  }
  return source.open();
}

const shapes: readonly Omit<DwarfSpec, 'units'>[] = [
  {},
  { byteOrder: 'big' },
  { version: 4 },
  { version: 2, texts: 'string' },
  { is64: true },
  { texts: 'strx' },
  { texts: 'string', hasSiblings: false },
];

describe('the DWARF of a vmlinux', () => {
  for (const shape of shapes) {
    it(`gives structures, enumerations and variables: ${JSON.stringify(shape)}`, () => {
      const table = typesOf({ ...shape, units: [types] });
      const task = table.struct('task');
      expect([table.from, task?.name, task?.from, task?.sizeInBytes]).to.deep.equal([
        'DWARF of vmlinux-test',
        'task',
        'DWARF of vmlinux-test',
        96,
      ]);
      const places = ['tasks', 'tasks.prev', 'comm', 'pid', 'id', 'zone', 'matrix', 'rest'].map(
        (path) => [task?.member(path)?.offsetInBytes, task?.member(path)?.sizeInBytes],
      );
      expect(places).to.deep.equal([
        [0, 16],
        [8, 8],
        [16, 16],
        [32, 4],
        [32, 8],
        [40, 4],
        [48, 24],
        [96, 0],
      ]);
      expect(task?.member('flag')).to.deep.include({
        offsetInBytes: 45,
        sizeInBytes: 1,
        bits: { firstBit: 5, sizeInBits: 3 },
      });
      expect([...(table.enumeration('zone') ?? [])]).to.deep.equal([
        ['ZONE_DMA', 0n],
        ['ZONE_BIG', 200n],
        ['ZONE_NONE', -1n],
      ]);
      for (const [name, struct] of [
        ['init_task', 'task'],
        ['modules', 'list_head'],
      ] as const) {
        const type = table.variableType?.(name)?.type.type;
        expect(type?.kind === 'struct' && type.struct.name).to.equal(struct);
      }
    });
  }

  it('gives the types of members without typedefs and qualifiers', () => {
    const table = typesOf({ units: [types] });
    const typeOf = (path: string) => table.struct('task')?.member(path)?.type;
    const tasks = typeOf('tasks');
    expect(tasks?.kind === 'struct' && tasks.struct.name).to.equal('list_head');
    const comm = typeOf('comm');
    expect(comm?.kind === 'array' && [comm.count, comm.of]).to.deep.equal([
      16,
      { kind: 'integer', sizeInBytes: 1, isSigned: true },
    ]);
    const matrix = typeOf('matrix');
    const row = matrix?.kind === 'array' ? matrix.of : null;
    expect(row?.kind === 'array' && [row.count, row.of]).to.deep.equal([
      3,
      { kind: 'integer', sizeInBytes: 4, isSigned: true },
    ]);
    expect(typeOf('zone')).to.deep.equal({ kind: 'enumeration', name: 'zone', sizeInBytes: 4 });
    expect(typeOf('id')).to.deep.equal({ kind: 'integer', sizeInBytes: 8, isSigned: false });
    const call = typeOf('call');
    expect(call?.kind === 'pointer' && call.to?.kind).to.equal('function');
    const data = typeOf('data');
    expect(data?.kind === 'pointer' && data.to).to.equal(null);
    expect(table.struct('list_t')?.member('prev')?.offsetInBytes).to.equal(8);
  });

  it('lists the members of a structure as C declares them', () => {
    const list = typesOf({ units: [types] }).struct('list_head');
    expect(list?.kind).to.equal('struct');
    const members = list?.members?.() ?? [];
    expect(
      members.map(({ name, offsetInBytes, declared }) => [offsetInBytes, declared?.declare(name)]),
    ).to.deep.equal([
      [0, 'struct list_head *next'],
      [8, 'struct list_head *prev'],
    ]);
  });

  it('knows no member beyond its structure, and nothing inside functions', () => {
    const table = typesOf({ units: [types] });
    expect(table.struct('task')?.member('beyond')).to.equal(undefined);
    expect(['in_function', 'none', ''].map((name) => table.struct(name))).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    expect([table.enumeration('task'), table.variableType?.('task')]).to.deep.equal([
      undefined,
      undefined,
    ]);
  });

  it('counts bits from the highest of the storage, as DWARF before 4 does', () => {
    for (const [byteOrder, firstByte] of [
      ['little', 4],
      ['big', 7],
    ] as const) {
      const table = typesOf({
        version: 3,
        byteOrder,
        units: [
          [
            int,
            {
              tag: 'structure_type',
              attributes: { name: 'flags', byte_size: 8 },
              children: [member('low', 'int', 4, { bit_size: 8, bit_offset: 24, byte_size: 4 })],
            },
          ],
        ],
      });
      expect(table.struct('flags')?.member('low')).to.deep.include({
        offsetInBytes: firstByte,
        bits: { firstBit: 0, sizeInBits: 8 },
      });
    }
  });

  const sized = (byte_size: number, line: number): DwarfEntrySpec => ({
    tag: 'structure_type',
    id: `of_${byte_size}`,
    attributes: { name: 'state', byte_size, decl_line: line },
    children: [member('first', 'int', 0)],
  });

  it('takes equal definitions of several units for one, and different ones for unknown', () => {
    const same = typesOf({ units: [types, types, types] });
    expect(same.struct('task')?.sizeInBytes).to.equal(96);
    expect(same.hasSeveral?.('task')).to.equal(false);
    const several = typesOf({
      units: [
        [int, sized(8, 5)],
        [int, sized(16, 9)],
      ],
    });
    expect([several.struct('state'), several.hasSeveral?.('state')]).to.deep.equal([
      undefined,
      true,
    ]);
    const moved = typesOf({
      units: [
        [int, sized(8, 5)],
        [int, sized(8, 900)],
      ],
    });
    expect(moved.struct('state')?.sizeInBytes).to.equal(8);
    expect(moved.hasSeveral?.('none')).to.equal(false);
  });

  it('finds the definition of what a unit only declares', () => {
    const table = typesOf({
      units: [
        [
          { tag: 'structure_type', id: 'fwd', attributes: { name: 'state', declaration: true } },
          { tag: 'pointer_type', id: 'to', attributes: { type: { ref: 'fwd' } } },
          { tag: 'variable', attributes: { name: 'current', type: { ref: 'to' } } },
        ],
        [int, sized(8, 5)],
      ],
    });
    const type = table.variableType?.('current')?.type.type;
    const to = type?.kind === 'pointer' ? type.to : null;
    expect(to?.kind === 'struct' && to.struct.sizeInBytes).to.equal(8);
  });

  it('gives no type for variables of one name with different types', () => {
    const variable = (type: string): DwarfEntrySpec => ({
      tag: 'variable',
      attributes: { name: 'lock', type: { ref: type }, decl_line: type.length },
    });
    const table = (a: string, b: string) =>
      typesOf({
        units: [
          [int, ulong, variable(a)],
          [int, ulong, variable(b)],
        ],
      });
    expect(table('int', 'ulong').variableType?.('lock')).to.equal(undefined);
    expect(table('int', 'int').variableType?.('lock')?.type.text).to.equal('int');
  });

  it('leaves out units of Rust, and units of a version that it does not know', () => {
    const table = typesOf({ units: [types], language: rust });
    expect(table.struct('task')).to.equal(undefined);
    const sections = buildDwarf({ units: [types] });
    sections[0]?.data?.set([9], 4);
    const { bytes } = buildVmlinux({ symbols: [{ name: 'a', st_value: 1n }], sections });
    const later = new VmlinuxSymbols().open(new BufferSource(bytes)).types?.open();
    expect(later?.struct('task')).to.equal(undefined);
  });

  it('unpacks compressed sections by a codec, and says what to do without one', async () => {
    const sections = buildDwarf({ units: [types] }).map(({ data = new Uint8Array(), ...rest }) => {
      const head = new Uint8Array(24);
      const view = new DataView(head.buffer);
      view.setUint32(0, 1, true);
      view.setUint32(8, data.length, true);
      return {
        ...rest,
        sh_flags: SHF_COMPRESSED,
        data: Uint8Array.from([...head, ...deflateSync(data)]),
      };
    });
    const { bytes } = buildVmlinux({ symbols: [{ name: 'a', st_value: 1n }], sections });
    const source = (): BufferSource => new BufferSource(bytes, 'vmlinux-test');
    const { compressors, ...context } = openContext();
    const table = await new VmlinuxSymbols().open(source(), {
      ...context,
      compressors: { ready: async () => zlibPako },
      unpack: async (part) => part,
    });
    expect(table.types?.open().struct('task')?.sizeInBytes).to.equal(96);
    const without = new VmlinuxSymbols().open(source());
    expect(() => without.types?.open()).to.throw(
      'section .debug_info is compressed with zlib, which is not unpacked here: unpack it first: objcopy --decompress-debug-sections FILE',
    );
    const none = await new VmlinuxSymbols().open(source(), {
      compressors,
      unpack: async (part) => part,
    });
    expect(() => none.types?.open()).to.throw('which is not unpacked here');
  });

  it('keeps the source while it has types, and closes it with the table', () => {
    let isOpen = true;
    class Watched extends BufferSource {
      override [Symbol.dispose](): void {
        isOpen = false;
      }
    }
    const spec = {
      symbols: [{ name: 'a', st_value: 1n }],
      sections: buildDwarf({ units: [types] }),
    };
    const table = new VmlinuxSymbols().open(new Watched(buildVmlinux(spec).bytes));
    expect(isOpen).to.equal(true);
    table[Symbol.dispose]?.();
    expect(isOpen).to.equal(false);
  });

  it('ends at a type that is made of itself, and in a structure that holds itself', () => {
    const table = typesOf({
      units: [
        [
          { tag: 'typedef', id: 'a', attributes: { name: 'a', type: { ref: 'b' } } },
          { tag: 'typedef', id: 'b', attributes: { name: 'b', type: { ref: 'a' } } },
          { tag: 'variable', attributes: { name: 'of_a', type: { ref: 'a' } } },
          {
            tag: 'structure_type',
            id: 'self',
            attributes: { name: 'self', byte_size: 8 },
            children: Array.from({ length: 100 }, () => member(null, 'self', 0)),
          },
        ],
      ],
    });
    expect([table.struct('a'), table.variableType?.('of_a')]).to.deep.equal([undefined, undefined]);
    expect(table.struct('self')?.member('none')).to.equal(undefined);
  });

  it('gives every member where it was laid, for any structures', () => {
    const layout = fc.array(
      fc.tuple(fc.constantFrom('int', 'char', 'ulong', 'list_head'), fc.nat(500)),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(
        fc.array(layout, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...shapes),
        (all, shape) => {
          const units = all.map((members, index): DwarfEntrySpec[] => [
            ...types.slice(0, 5),
            {
              tag: 'structure_type',
              attributes: { name: `struct_${index}`, byte_size: 1024, decl_line: index },
              children: members.map(([type, at], place) => member(`member_${place}`, type, at)),
            },
          ]);
          const table = typesOf({ ...shape, units });
          for (const [index, members] of all.entries()) {
            const struct = table.struct(`struct_${index}`);
            for (const [place, [, at]] of members.entries()) {
              expect(struct?.member(`member_${place}`)?.offsetInBytes).to.equal(at);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('opens damaged bytes and answers, or throws one of its errors', () => {
    const [info, abbreviations, strings] = buildDwarf({ units: [types] });
    const size = (info?.data?.length ?? 0) + (abbreviations?.data?.length ?? 0);
    const change = fc.tuple(fc.nat(size - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const parts = [info, abbreviations].map((part) => part?.data?.slice() ?? new Uint8Array());
        for (const [at, value] of changes) {
          const [first = new Uint8Array(), second = new Uint8Array()] = parts;
          const isFirst = at < first.length;
          (isFirst ? first : second)[isFirst ? at : at - first.length] = value;
        }
        const sections = [info, abbreviations].flatMap((part, index) =>
          part === undefined ? [] : [{ ...part, data: parts[index] ?? new Uint8Array() }],
        );
        const { bytes } = buildVmlinux({
          symbols: [{ name: 'a', st_value: 1n }],
          sections: strings === undefined ? sections : [...sections, strings],
        });
        try {
          const table = new VmlinuxSymbols().open(new BufferSource(bytes)).types?.open();
          for (const path of ['tasks.next', 'pid', 'flag', 'matrix', 'none']) {
            expect(table?.struct('task')?.member(path)?.type).to.not.equal(0);
          }
          table?.enumeration('zone');
          table?.variableType?.('modules');
        } catch (error) {
          expect(error).to.be.instanceOf(VmcorekitError);
        }
      }),
    );
  });
});
