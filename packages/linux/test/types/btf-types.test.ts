import {
  isVmcorekitError,
  type StructMember,
  type TypeTable,
  type ValueType,
} from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import { type BtfSpec, type BtfTypeSpec, buildBtf } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const int: BtfTypeSpec = { kind: 'INT', name: 'int', size: 4, isSigned: true };

function typesOf(types: readonly BtfTypeSpec[], spec: Partial<BtfSpec> = {}): TypeTable {
  return btfTypes(buildBtf({ types, ...spec }), { wordSizeInBits: 64 });
}

function facts(member: StructMember | undefined): object | undefined {
  return member && { at: member.offsetInBytes, size: member.sizeInBytes, bits: member.bits };
}

/**
 * id 1 int, 2 list_head, 3 its pointer, 4 nameless union, 5 task, 6 char, 7 char[16], 8 const, 9
 * typedef.
 */
const taskTypes: readonly BtfTypeSpec[] = [
  int,
  {
    kind: 'STRUCT',
    name: 'list_head',
    size: 16,
    members: [
      { name: 'next', type: 3, offsetInBits: 0 },
      { name: 'prev', type: 3, offsetInBits: 64 },
    ],
  },
  { kind: 'PTR', type: 2 },
  {
    kind: 'UNION',
    size: 16,
    members: [
      { name: 'pid', type: 1, offsetInBits: 0 },
      { name: 'comm', type: 7, offsetInBits: 0 },
    ],
  },
  {
    kind: 'STRUCT',
    name: 'task',
    size: 48,
    isFlagged: true,
    members: [
      { name: 'state', type: 8, offsetInBits: 0 },
      { name: 'flags', type: 1, offsetInBits: 32, sizeInBits: 5 },
      { name: 'level', type: 1, offsetInBits: 37, sizeInBits: 3 },
      { name: 'tasks', type: 2, offsetInBits: 64 },
      { type: 4, offsetInBits: 192 },
    ],
  },
  { kind: 'INT', name: 'char', size: 1, isSigned: true },
  { kind: 'ARRAY', type: 6, nelems: 16 },
  { kind: 'CONST', type: 9 },
  { kind: 'TYPEDEF', name: 'state_t', type: 1 },
  { kind: 'TYPEDEF', name: 'task_t', type: 5 },
];

describe('the types of a BTF', () => {
  it('has structures with the members that BTF records, in both byte orders', () => {
    for (const byteOrder of ['little', 'big'] as const) {
      const task = typesOf(taskTypes, { byteOrder }).struct('task');
      expect([task?.name, task?.from, task?.sizeInBytes]).to.deep.equal(['task', 'BTF', 48]);
      expect(facts(task?.member('state'))).to.deep.equal({ at: 0, size: 4, bits: null });
      expect(facts(task?.member('tasks'))).to.deep.equal({ at: 8, size: 16, bits: null });
      expect(task?.member('stack')).to.equal(undefined);
    }
  });

  it('finds a member by its path, and in structures without a name', () => {
    const task = typesOf(taskTypes).struct('task');
    expect(facts(task?.member('tasks.prev'))).to.deep.equal({ at: 16, size: 8, bits: null });
    expect(facts(task?.member('comm'))).to.deep.equal({ at: 24, size: 16, bits: null });
    expect(task?.member('tasks.next.next'), 'a pointer holds no member').to.equal(undefined);
    expect([task?.member(''), task?.member('tasks.')]).to.deep.equal([undefined, undefined]);
  });

  it('has the bits of bit-fields, flagged as such or integers of fewer bits', () => {
    const task = typesOf(taskTypes).struct('task');
    expect(facts(task?.member('level'))).to.deep.equal({
      at: 4,
      size: 1,
      bits: { firstBit: 5, sizeInBits: 3 },
    });
    const old = typesOf([
      { kind: 'INT', name: 'unsigned int', size: 4, bits: 3, bitOffset: 5 },
      {
        kind: 'STRUCT',
        name: 'info',
        size: 8,
        members: [{ name: 'level', type: 1, offsetInBits: 32 }],
      },
    ]);
    expect(facts(old.struct('info')?.member('level'))).to.deep.equal({
      at: 4,
      size: 1,
      bits: { firstBit: 5, sizeInBits: 3 },
    });
  });

  it('says what members are, without typedefs and qualifiers', () => {
    const task = typesOf(taskTypes).struct('task');
    expect(task?.member('state')?.type).to.deep.equal({
      kind: 'integer',
      sizeInBytes: 4,
      isSigned: true,
    });
    const comm = task?.member('comm')?.type as Extract<ValueType, { kind: 'array' }>;
    expect([comm.kind, comm.count, comm.of]).to.deep.equal([
      'array',
      16,
      { kind: 'integer', sizeInBytes: 1, isSigned: true },
    ]);
    const next = task?.member('tasks.next')?.type as Extract<ValueType, { kind: 'pointer' }>;
    const target = next.to as Extract<ValueType, { struct: unknown }>;
    expect([next.kind, target.kind, target.struct.name, target.struct.sizeInBytes]).to.deep.equal([
      'pointer',
      'struct',
      'list_head',
      16,
    ]);
  });

  it('knows a structure by its typedef', () => {
    expect(typesOf(taskTypes).struct('task_t')?.sizeInBytes).to.equal(48);
    expect(typesOf(taskTypes).struct('state_t')).to.equal(undefined);
  });

  it('does not choose between different types of one name, and knows equal ones', () => {
    const point = (offsetInBits: number): BtfTypeSpec => ({
      kind: 'STRUCT',
      name: 'point',
      size: 8,
      members: [{ name: 'x', type: 1, offsetInBits }],
    });
    expect(typesOf([int, point(0), point(32)]).struct('point')).to.equal(undefined);
    expect(typesOf([int, point(0), point(32)]).hasSeveral?.('point')).to.equal(true);
    expect(typesOf([int, point(0)]).hasSeveral?.('point')).to.equal(false);
    expect(typesOf([int, point(0)]).hasSeveral?.('none')).to.equal(false);
    expect(
      typesOf([int, point(32), point(32)])
        .struct('point')
        ?.member('x')?.offsetInBytes,
    ).to.equal(4);
    const other: BtfTypeSpec = {
      kind: 'STRUCT',
      name: 'point',
      size: 8,
      members: [{ name: 'y', type: 1, offsetInBits: 0 }],
    };
    expect(typesOf([int, point(0), other]).struct('point')).to.equal(undefined);
    expect(typesOf([int, ...Array.from({ length: 17 }, () => point(0))]).struct('point')).to.equal(
      undefined,
    );
    const state = (value: bigint): BtfTypeSpec => ({
      kind: 'ENUM',
      name: 'state',
      values: { GONE: value },
    });
    expect(typesOf([state(1n), state(2n)]).enumeration('state')).to.equal(undefined);
    expect(
      typesOf([state(1n), state(1n)])
        .enumeration('state')
        ?.get('GONE'),
    ).to.equal(1n);
  });

  it('has the values of enumerations, signed as the file says, else as an int', () => {
    const minus = { kind: 'ENUM', name: 'state', values: { GONE: 0xffffffffn } } as const;
    const signed = { ...minus, name: 'other', isFlagged: true } as const;
    const wide = { kind: 'ENUM64', name: 'wide', values: { TOP: 1n << 63n } } as const;
    expect([...(typesOf([minus]).enumeration('state') ?? [])]).to.deep.equal([['GONE', -1n]]);
    const newer = typesOf([minus, signed, wide]);
    expect(newer.enumeration('state')?.get('GONE')).to.equal(0xffffffffn);
    expect(newer.enumeration('other')?.get('GONE')).to.equal(-1n);
    expect(newer.enumeration('wide')?.get('TOP')).to.equal(1n << 63n);
    expect(newer.enumeration('none')).to.equal(undefined);
    const declared = { ...minus, values: {} };
    expect(typesOf([declared]).enumeration('state')).to.equal(undefined);
  });

  it('reads an enumeration once', () => {
    const types = typesOf([{ kind: 'ENUM', name: 'state', values: { GONE: 1n } }]);
    const values = types.enumeration('state');
    expect([...(values ?? [])]).to.deep.equal([['GONE', 1n]]);
    expect(types.enumeration('state')).to.equal(values);
  });

  it('steps over every known kind, and over future kinds that the file describes', () => {
    const others: BtfTypeSpec[] = [
      { kind: 'FWD', name: 'ahead' },
      { kind: 'FUNC_PROTO', elements: 2 },
      { kind: 'FUNC', name: 'f', type: 3 },
      { kind: 'VAR', name: 'v', type: 1 },
      { kind: 'DATASEC', name: '.data', elements: 3 },
      { kind: 'FLOAT', name: 'double', size: 8 },
      { kind: 'DECL_TAG', name: 'tag', type: 1 },
      { kind: 'TYPE_TAG', name: 'tag', type: 1 },
      { kind: 'VOLATILE', type: 1 },
      { kind: 'RESTRICT', type: 1 },
    ];
    const last: BtfTypeSpec = {
      kind: 'STRUCT',
      name: 'last',
      size: 4,
      members: [{ name: 'x', type: 1, offsetInBits: 0 }],
    };
    expect(typesOf([int, ...others, last]).struct('last')?.sizeInBytes).to.equal(4);
    const future: BtfTypeSpec = { kind: 77, vlen: 2, body: new Uint8Array(4 + 2 * 8) };
    const described = { headerSizeInBytes: 40, layout: { 77: [4, 8] } } as const;
    expect(typesOf([int, future, last], described).struct('last')?.sizeInBytes).to.equal(4);
    expect(() => typesOf([int, future, last])).to.throw('unknown kind 77');
  });

  it('treats circles, missing types and members beyond their structure as unknown', () => {
    const types = typesOf([
      { kind: 'TYPEDEF', name: 'round', type: 2 },
      { kind: 'CONST', type: 1 },
      {
        kind: 'STRUCT',
        name: 'odd',
        size: 8,
        members: [
          { name: 'round', type: 1, offsetInBits: 0 },
          { name: 'nowhere', type: 99, offsetInBits: 0 },
          { name: 'huge', type: 4, offsetInBits: 0 },
          { name: 'self', type: 3, offsetInBits: 0 },
          { type: 3, offsetInBits: 0 },
          { name: 'beyond', type: 1, offsetInBits: 4096 },
        ],
      },
      { kind: 'ARRAY', type: 3, nelems: 0xffffffff },
    ]);
    const odd = types.struct('odd');
    expect(types.struct('round')).to.equal(undefined);
    expect([odd?.member('round')?.sizeInBytes, odd?.member('round')?.type]).to.deep.equal([
      null,
      null,
    ]);
    expect([odd?.member('nowhere')?.sizeInBytes, odd?.member('nowhere')?.type]).to.deep.equal([
      null,
      null,
    ]);
    expect([odd?.member('beyond'), odd?.member('none')]).to.deep.equal([undefined, undefined]);
    expect(odd?.member('self')).to.equal(undefined);
    expect(odd?.member('huge')?.sizeInBytes).to.equal(null);
  });

  it('does not know a member that lies within another, and says so', () => {
    const members = (second: number) => [
      { name: 'first', type: 1, offsetInBits: 0 },
      { name: 'second', type: 1, offsetInBits: second },
      { name: 'third', type: 1, offsetInBits: 64 },
    ];
    const task = (second: number) =>
      typesOf([int, { kind: 'STRUCT', name: 'task', size: 16, members: members(second) }]);
    expect(task(32).struct('task')?.member('second')?.offsetInBytes).to.equal(4);
    // One bit of a dump's BTF had changed, and the member was read from another's place.
    for (const second of [32 ^ 64, 32 ^ 16]) {
      const types = task(second);
      expect(types.struct('task')?.member('second'), String(second)).to.equal(undefined);
      expect(types.remarks[0]).to.contain('BTF of struct task');
    }
  });

  it('ends soon where nameless structures lead through one another again and again', () => {
    const fan = (next: number): BtfTypeSpec => ({
      kind: 'STRUCT',
      name: next === 2 ? 'fan' : '',
      size: 8,
      members: Array.from({ length: 40 }, () => ({ type: next, offsetInBits: 0 })),
    });
    expect(
      typesOf(Array.from({ length: 9 }, (_, index) => fan(index + 2)))
        .struct('fan')
        ?.member('none'),
    ).to.equal(undefined);
  });

  it('gives back the layout of any structures', () => {
    const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,12}$/);
    const struct = fc.record({
      name,
      members: fc.uniqueArray(name, { minLength: 1, maxLength: 12 }),
      sizes: fc.array(fc.constantFrom(1, 2, 4, 8), { minLength: 12, maxLength: 12 }),
    });
    const structs = fc.uniqueArray(struct, { selector: (each) => each.name, maxLength: 12 });
    fc.assert(
      fc.property(
        structs,
        fc.constantFrom('little' as const, 'big' as const),
        fc.constantFrom(24, 28, 32, 64),
        (all, byteOrder, header) => {
          const ints = [1, 2, 4, 8].map(
            (size): BtfTypeSpec => ({ kind: 'INT', name: `u${size}`, size }),
          );
          const laidOut = all.map(({ name: tag, members, sizes }) => ({
            kind: 'STRUCT' as const,
            name: tag,
            size: members.length * 8,
            members: members.map((member, index) => ({
              name: member,
              type: Math.log2(sizes[index] ?? 1) + 1,
              offsetInBits: index * 64,
            })),
          }));
          const types = typesOf([...ints, ...laidOut], { byteOrder, headerSizeInBytes: header });
          for (const { name: tag, size, members } of laidOut) {
            expect(types.struct(tag)?.sizeInBytes).to.equal(size);
            for (const member of members) {
              const found = types.struct(tag)?.member(member.name);
              expect(facts(found)).to.deep.equal({
                at: member.offsetInBits / 8,
                size: 2 ** (member.type - 1),
                bits: null,
              });
            }
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('ends with types or a typed error, whatever the bytes are', () => {
    const seed = buildBtf({ types: taskTypes });
    const change = fc.record({
      at: fc.nat(seed.length - 1),
      value: fc.constantFrom(0, 1, 4, 5, 8, 127, 128, 255),
    });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(change, { minLength: 1, maxLength: 8 }).map((changes) => {
        const changed = seed.slice();
        for (const { at, value } of changes) {
          changed[at] = value;
        }
        return changed;
      }),
      fc.nat(seed.length).map((length) => seed.subarray(0, length)),
    );
    fc.assert(
      fc.property(bytes, (input) => {
        try {
          const types = btfTypes(input, { wordSizeInBits: 64 });
          const task = types.struct('task');
          for (const path of ['state', 'level', 'comm', 'tasks.prev', 'pid', 'none']) {
            const member = task?.member(path);
            if (member !== undefined) {
              expect(member.offsetInBytes + (member.sizeInBytes ?? 0)).to.be.at.most(
                task?.sizeInBytes ?? 0,
              );
              expect(member.type?.kind ?? 'none').to.be.a('string');
            }
          }
          expect(types.enumeration('task') ?? new Map()).to.be.a('map');
        } catch (error) {
          const isExpected = (['truncated', 'malformed', 'unsupported'] as const).some((code) =>
            isVmcorekitError(error, code),
          );
          expect(isExpected, String(error)).to.equal(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});
