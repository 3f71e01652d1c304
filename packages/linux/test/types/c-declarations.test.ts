import { enumeratorOf, type TypeTable, type ValueType } from '@vmcorekit/core';
import { btfTypes, definitionOf } from '@vmcorekit/linux';
import { type BtfTypeSpec, buildBtf } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

/** By id, so that a test can name them. */
const types: readonly BtfTypeSpec[] = [
  { kind: 'INT', name: 'int', size: 4, isSigned: true }, // 1
  { kind: 'INT', name: 'long unsigned int', size: 8 }, // 2
  { kind: 'INT', name: 'char', size: 1, isSigned: true }, // 3
  { kind: 'TYPEDEF', name: 'pid_t', type: 1 }, // 4
  {
    kind: 'STRUCT',
    name: 'list_head',
    size: 16,
    members: [
      { name: 'next', type: 6, offsetInBits: 0 },
      { name: 'prev', type: 6, offsetInBits: 64 },
    ],
  }, // 5
  { kind: 'PTR', type: 5 }, // 6
  { kind: 'CONST', type: 3 }, // 7
  { kind: 'PTR', type: 7 }, // 8
  { kind: 'ARRAY', type: 8, nelems: 9 }, // 9
  { kind: 'FUNC_PROTO', type: 1, parameters: [{ name: 'list', type: 6 }, { type: 0 }] }, // 10
  { kind: 'PTR', type: 10 }, // 11
  { kind: 'ARRAY', type: 11, nelems: 2 }, // 12
  { kind: 'CONST', type: 11 }, // 13
  {
    kind: 'UNION',
    size: 8,
    members: [
      { name: 'pid', type: 4, offsetInBits: 0 },
      { name: 'flags', type: 2, offsetInBits: 0 },
    ],
  }, // 14
  {
    kind: 'STRUCT',
    size: 4,
    isFlagged: true,
    members: [
      { name: 'low', type: 1, offsetInBits: 0, sizeInBits: 5 },
      { name: 'high', type: 1, offsetInBits: 5, sizeInBits: 27 },
    ],
  }, // 15
  { kind: 'ARRAY', type: 15, nelems: 3 }, // 16
  { kind: 'ENUM', name: 'state', values: { IDLE: 0n, BUSY: 2n, GONE: 2n } }, // 17
  { kind: 'FWD', name: 'later' }, // 18
  { kind: 'PTR', type: 18 }, // 19
  {
    kind: 'STRUCT',
    name: 'task',
    size: 200,
    members: [
      { name: 'tasks', type: 5, offsetInBits: 0 },
      { type: 14, offsetInBits: 128 },
      { name: 'slots', type: 16, offsetInBits: 192 },
      { name: 'names', type: 9, offsetInBits: 320 },
      { name: 'hooks', type: 12, offsetInBits: 896 },
      { name: 'hook', type: 13, offsetInBits: 1024 },
      { name: 'state', type: 17, offsetInBits: 1088 },
      { name: 'later', type: 19, offsetInBits: 1152 },
      { name: 'any', type: 21, offsetInBits: 1216 },
    ],
  }, // 20
  { kind: 'PTR', type: 0 }, // 21
  { kind: 'FUNC', name: 'show', type: 10 }, // 22
  { kind: 'VAR', name: 'current_one', type: 6 }, // 23
  {
    kind: 'DATASEC',
    name: '.data..percpu',
    variables: [{ type: 23, offset: 0x1fb80, size: 8 }],
  }, // 24
  { kind: 'FUNC_PROTO', type: 0, parameters: [] }, // 25
  { kind: 'FUNC', name: 'stop', type: 25 }, // 26
];

function tableOf(all: readonly BtfTypeSpec[] = types): Required<TypeTable> {
  return btfTypes(buildBtf({ types: all }), { wordSizeInBits: 64 }) as Required<TypeTable>;
}

describe('a type as C writes it', () => {
  it('has typedefs, qualifiers, arrays, and pointers to functions', () => {
    const task = tableOf().struct('task');
    const declared = (path: string) => task?.member(path)?.declared?.declare(path);
    expect(['tasks', 'pid', 'names', 'hooks', 'hook', 'state', 'later', 'any'].map(declared))
      .to // as C
      .deep.equal([
        'struct list_head tasks',
        'pid_t pid',
        'const char *names[9]',
        'int (*hooks[2])(struct list_head *list, ...)',
        'int (*const hook)(struct list_head *list, ...)',
        'enum state state',
        'struct later *later',
        'void *any',
      ]);
    expect(task?.member('names')?.declared?.text).to.equal('const char *[9]');
    expect(task?.member('names')?.declared?.sizeInBytes).to.equal(72);
    expect(task?.member('any')?.declared?.type).to.deep.equal({ kind: 'pointer', to: null });
  });

  it('is found by its name, however C spells it', () => {
    const table = tableOf();
    const spelled = ['unsigned long', 'long unsigned int', 'unsigned  long int'];
    expect(spelled.map((name) => table.type(name)?.text)).to.deep.equal(
      spelled.map(() => 'long unsigned int'),
    );
    const names = ['pid_t', 'struct task', 'task', 'enum state', 'signed', 'char const*[ 0x9 ]'];
    expect(names.map((name) => table.type(name)?.text)).to.deep.equal([
      'pid_t',
      'struct task',
      'struct task',
      'enum state',
      'int',
      'const char *[9]',
    ]);
    const array = table.type('struct list_head *const[2][3]');
    expect([array?.declare('x'), array?.sizeInBytes]).to.deep.equal([
      'struct list_head *const x[2][3]',
      48,
    ]);
    const outer = array?.type as Extract<ValueType, { kind: 'array' }>;
    const inner = outer.of as Extract<ValueType, { kind: 'array' }>;
    expect([outer.count, inner.count, inner.of?.kind]).to.deep.equal([2, 3, 'pointer']);
    expect(table.type('void *')?.text).to.equal('void *');
  });

  it('is unknown where the name is none, or is another kind’s', () => {
    const wrong = ['', 'void', 'struct pid_t', 'union task', 'struct', 'u64', '*', 'int [2]*'];
    const odd = ['int[-1]', 'int(*)(void)', 'long char', 'int[4294967296]', `int${'*'.repeat(20)}`];
    const table = tableOf();
    for (const name of [...wrong, ...odd, 'show', 'current_one']) {
      expect(table.type(name), name).to.equal(undefined);
    }
  });

  it('is unknown where two of one name differ', () => {
    const other: BtfTypeSpec = { kind: 'TYPEDEF', name: 'pid_t', type: 2 };
    expect(tableOf([...types, other]).type('pid_t')).to.equal(undefined);
    const equal: BtfTypeSpec = { kind: 'TYPEDEF', name: 'pid_t', type: 1 };
    expect(tableOf([...types, equal]).type('pid_t')?.sizeInBytes).to.equal(4);
    const show: BtfTypeSpec = { kind: 'FUNC', name: 'show', type: 25 };
    expect(tableOf([...types, show]).functionType('show')).to.equal(undefined);
  });

  it('reads back its own text', () => {
    const table = tableOf();
    const base = fc.constantFrom('pid_t', 'const char', 'struct task', 'enum state', 'void *');
    const name = fc
      .tuple(base, fc.nat(6), fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 3 }))
      .map(
        ([of, stars, counts]) => `${of}${'*'.repeat(stars)}${counts.map((n) => `[${n}]`).join('')}`,
      );
    fc.assert(
      fc.property(fc.oneof(name, fc.string()), (text) => {
        const found = table.type(text);
        if (found !== undefined) {
          const again = table.type(found.text);
          expect([again?.text, again?.sizeInBytes]).to.deep.equal([found.text, found.sizeInBytes]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('ends soon where functions take functions that take functions', () => {
    const fan: BtfTypeSpec[] = Array.from({ length: 30 }, (_, index) => ({
      kind: 'FUNC_PROTO' as const,
      type: index + 2,
      parameters: Array.from({ length: 30 }, () => ({ type: index + 2 })),
    }));
    const table = tableOf([
      ...fan,
      { kind: 'TYPEDEF', name: 'x', type: 1 },
      { kind: 'FUNC', name: 'f', type: 1 },
    ]);
    expect(table.functionType('f')?.type.text.length).to.be.below(20_000);
  });
});

describe('a function that takes itself, many times', () => {
  it('has a text that ends', () => {
    const parameters = Array.from({ length: 200 }, () => ({ name: 'p', type: 2 }));
    const table = tableOf([
      { kind: 'PTR', type: 2 },
      { kind: 'FUNC_PROTO', type: 1, parameters },
      { kind: 'FUNC', name: 'odd', type: 2 },
    ]);
    expect(table.functionType('odd')?.type.text.length).to.be.below(20_000);
  });
});

describe('functions and variables of a BTF', () => {
  it('have their types, with the names of parameters', () => {
    const table = tableOf();
    const show = table.functionType('show');
    expect(show?.type.declare('show')).to.equal('int show(struct list_head *list, ...)');
    expect(show?.prototype.returns.text).to.equal('int');
    expect(show?.prototype.isVariadic).to.equal(true);
    expect(show?.prototype.parameters.map(({ name, type }) => [name, type.text])).to.deep.equal([
      ['list', 'struct list_head *'],
    ]);
    expect(table.functionType('stop')?.type.declare('stop')).to.equal('void stop(void)');
    expect([table.functionType('task'), table.functionType('none')]).to.deep.equal([
      undefined,
      undefined,
    ]);
    const hook = table.struct('task')?.member('hook')?.type as Extract<ValueType, { to: unknown }>;
    expect(hook.to?.kind === 'function' && hook.to.prototype?.isVariadic).to.equal(true);
  });

  it('name the section of a per-CPU variable', () => {
    const { type, section, offsetInSection } =
      tableOf().variableType('current_one') ?? expect.fail();
    expect([type.text, section, offsetInSection]).to.deep.equal([
      'struct list_head *',
      '.data..percpu',
      0x1fb80,
    ]);
    expect(tableOf().variableType('show')).to.equal(undefined);
  });

  it('name a value of an enumeration, also of a member', () => {
    const state = tableOf().struct('task')?.member('state')?.type;
    const values = state?.kind === 'enumeration' ? state.values : undefined;
    expect([0n, 1n, 2n].map((value) => enumeratorOf(values ?? new Map(), value))).to.deep.equal([
      'IDLE',
      undefined,
      'BUSY',
    ]);
  });
});

describe('the definition of a structure', () => {
  it('lists its members in order, with those of nameless structures within', () => {
    const task = tableOf().struct('task') ?? expect.fail();
    expect(task.members?.().map(({ name }) => name)).to.deep.equal([
      'tasks',
      '',
      'slots',
      'names',
      'hooks',
      'hook',
      'state',
      'later',
      'any',
    ]);
    const lines = definitionOf(task).map(
      ({ depth, text, offsetInBytes }) => `${'  '.repeat(depth)}${text} ${offsetInBytes ?? ''}`,
    );
    expect(lines.slice(0, 10)).to.deep.equal([
      'struct task { ',
      '  struct list_head tasks; 0',
      '  union { ',
      '    pid_t pid; 16',
      '    long unsigned int flags; 16',
      '  }; 16',
      '  struct { ',
      '    int low:5; 24',
      '    int high:27; 24',
      '  } slots[3]; 24',
    ]);
    expect(lines.at(-1)).to.equal('}; ');
  });

  it('ends where nameless structures hold each other', () => {
    const self: BtfTypeSpec = {
      kind: 'STRUCT',
      size: 8,
      members: Array.from({ length: 20 }, () => ({ type: 1, offsetInBits: 0 })),
    };
    const named: BtfTypeSpec = { ...self, name: 'odd' };
    const odd = tableOf([self, named]).struct('odd') ?? expect.fail();
    expect(definitionOf(odd).length).to.be.below(2100);
  });

  it('opens few structures whose members lie beyond them and so show no line', () => {
    const count = 8000;
    const beyond = Array.from({ length: count }, () => ({ type: 2, offsetInBits: 64 }));
    const specs: readonly BtfTypeSpec[] = [
      { kind: 'STRUCT', size: 0, members: beyond },
      { kind: 'INT', name: 'int', size: 4 },
      {
        kind: 'STRUCT',
        name: 'odd',
        size: 8,
        members: Array.from({ length: 1000 }, () => ({ type: 1, offsetInBits: 0 })),
      },
    ];
    const odd = tableOf(specs).struct('odd') ?? expect.fail();
    let opened = 0;
    const open = () => {
      opened++;
      return [];
    };
    const counting = {
      ...odd,
      name: 'odd',
      kind: 'struct' as const,
      members: () =>
        (odd.members?.() ?? []).map((member) => {
          const { type } = member;
          return type?.kind === 'struct'
            ? {
                ...member,
                declared: member.declared,
                type: {
                  ...type,
                  struct: { ...type.struct, name: '', members: open },
                },
              }
            : member;
        }),
    };
    expect(definitionOf(counting).length).to.be.below(2100);
    expect(opened).to.be.within(1, 128);
  });

  it('has a bounded text, whatever functions take and structures hold', () => {
    const ids = 12;
    const id = fc.integer({ min: 0, max: ids });
    const member = fc.record({ type: id, offsetInBits: fc.constant(0) });
    const many = <Of>(of: fc.Arbitrary<Of>) =>
      fc
        .tuple(fc.array(of, { minLength: 1, maxLength: 4 }), fc.nat(120))
        .map(([some, times]) => Array.from({ length: times + 1 }, () => some).flat());
    const named = fc.record({ name: fc.constant('x'.repeat(1000)), type: id });
    const type = fc.oneof(
      fc.record({ kind: fc.constant('FUNC_PROTO' as const), type: id, parameters: many(named) }),
      fc.record({ kind: fc.constant('PTR' as const), type: id }),
      fc.record({
        kind: fc.constant('STRUCT' as const),
        size: fc.constant(8),
        members: many(member),
      }),
      fc.record({
        kind: fc.constant('UNION' as const),
        size: fc.constant(8),
        members: many(member),
      }),
      fc.record({ kind: fc.constant('ARRAY' as const), type: id, nelems: fc.nat(3) }),
      fc.record({ kind: fc.constant('CONST' as const), type: id }),
    );
    const top = many(member).map((members) => ({
      kind: 'STRUCT' as const,
      name: 'odd',
      size: 8,
      members,
    }));
    fc.assert(
      fc.property(
        fc.array(type, { minLength: ids - 1, maxLength: ids - 1 }),
        top,
        (others, last) => {
          const odd = tableOf([...others, last] as BtfTypeSpec[]).struct('odd') ?? expect.fail();
          const lines = definitionOf(odd);
          expect(lines.length).to.be.below(2100);
          // 300 steps of at most a name and a type each.
          expect(Math.max(...lines.map(({ text }) => text.length))).to.be.below(300 * 200);
        },
      ),
      { numRuns: 5 },
    );
  });
});
