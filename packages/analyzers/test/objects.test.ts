import { list, print, struct, whatis } from '@vmcorekit/analyzers';
import { x8664 } from '@vmcorekit/architectures';
import {
  type AnalyzerContext,
  type Kernel,
  latin1Bytes,
  type Report,
  resultOf,
  type Verdict,
} from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import {
  type BtfTypeSpec,
  buildBtf,
  linearMemory,
  memoryDump,
  SparseMemory,
  symbolList,
  testKernel,
} from '@vmcorekit/testing';
import { expect } from 'chai';

const base = 0xffffffff82000000n;
const [headAt, first, second] = [base + 0x1000n, base + 0x2000n, base + 0x3000n];

/** A module is a list_head at 0, a name at 16, a bit-field at 24 and twelve numbers at 28. */
const types: readonly BtfTypeSpec[] = [
  { kind: 'INT', name: 'int', size: 4, isSigned: true },
  { kind: 'INT', name: 'char', size: 1, isSigned: true },
  { kind: 'ARRAY', type: 2, nelems: 8 },
  { kind: 'ARRAY', type: 1, nelems: 12 },
  { kind: 'PTR', type: 6 },
  {
    kind: 'STRUCT',
    name: 'list_head',
    size: 16,
    members: [
      { name: 'next', type: 5, offsetInBits: 0 },
      { name: 'prev', type: 5, offsetInBits: 64 },
    ],
  },
  {
    kind: 'STRUCT',
    size: 4,
    isFlagged: true,
    members: [{ name: 'live', type: 1, offsetInBits: 0, sizeInBits: 3 }],
  },
  {
    kind: 'STRUCT',
    name: 'module',
    size: 76,
    members: [
      { name: 'list', type: 6, offsetInBits: 0 },
      { name: 'name', type: 3, offsetInBits: 128 },
      { type: 7, offsetInBits: 192 },
      { name: 'counts', type: 4, offsetInBits: 224 },
    ],
  },
  { kind: 'PTR', type: 0 },
  {
    kind: 'STRUCT',
    name: 'xarray',
    size: 16,
    members: [{ name: 'xa_head', type: 9, offsetInBits: 64 }],
  },
  { kind: 'ARRAY', type: 9, nelems: 64 },
  {
    kind: 'STRUCT',
    name: 'xa_node',
    size: 576,
    members: [
      { name: 'shift', type: 2, offsetInBits: 0 },
      { name: 'offset', type: 2, offsetInBits: 8 },
      { name: 'parent', type: 9, offsetInBits: 64 },
      { name: 'array', type: 9, offsetInBits: 128 },
      { name: 'slots', type: 11, offsetInBits: 40 * 8 },
    ],
  },
  {
    kind: 'STRUCT',
    name: 'idr',
    size: 24,
    members: [
      { name: 'idr_rt', type: 10, offsetInBits: 0 },
      { name: 'idr_base', type: 1, offsetInBits: 128 },
    ],
  },
  { kind: 'ENUM', name: 'weekday', values: { MONDAY: 0n, TUESDAY: 1n } },
  { kind: 'TYPEDEF', name: 'pid_t', type: 1 },
];

const idrAt = base + 0x5000n;

/** An IDR whose ids begin at 5, with three entries in two nodes. */
function putIdr(memory: SparseMemory): void {
  const [root, leaf] = [idrAt + 0x400n, idrAt + 0x800n];
  const put = (address: bigint, ...words: readonly bigint[]) => {
    memory.write(Number(address - base), new Uint8Array(BigUint64Array.from(words).buffer));
  };
  put(idrAt, 0n, root | 2n, 5n);
  put(root, 6n, 0n, idrAt, 0n, 0n, leaf | 2n);
  put(leaf, 0n, root, idrAt, 0n, 0n, first, second, headAt);
}

/** A list of two modules, called "ext4" and by an escape sequence. */
function kernel(withTypes = true): Kernel {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x10000 }] });
  const put = (address: bigint, next: bigint, prev: bigint, name: string) => {
    const bytes = new Uint8Array(76);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, next, true);
    view.setBigUint64(8, prev, true);
    bytes.set(latin1Bytes(name), 16);
    view.setUint8(24, 5);
    view.setInt32(28, -1, true);
    memory.write(Number(address - base), bytes);
  };
  put(headAt, first, second, '');
  put(first, second, headAt, 'ext4');
  put(second, headAt, first, '\x1b[2J');
  putIdr(memory);
  memory.exclude(0x4000);
  return testKernel({
    dump: memoryDump({ memory, architecture: x8664 }),
    memory: linearMemory(memory, [
      { virtualAddress: base, physicalAddress: 0, lengthInBytes: 0x10000 },
    ]),
    symbols: symbolList({ nr_threads: base, modules: headAt, plain: first, gone: base + 0x4000n }),
    ...(withTypes ? { types: btfTypes(buildBtf({ types }), { wordSizeInBits: 64 }) } : {}),
  });
}

/** One CPU, whose per-CPU variables lie at 0x6000; their symbols are small numbers. */
function perCpuKernel(): { readonly kernel: Kernel; readonly dump: Kernel['dump'] } {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x10000 }] });
  const put = (address: number, word: bigint) => {
    memory.write(address, new Uint8Array(BigUint64Array.of(word).buffer));
  };
  put(0x1000, 1n);
  put(0x1008, 1n);
  put(0x1010, base + 0x6000n);
  const dump = memoryDump({ memory, architecture: x8664 });
  const perCpu = testKernel({
    dump,
    memory: linearMemory(memory, [
      { virtualAddress: base, physicalAddress: 0, lengthInBytes: 0x10000 },
    ]),
    symbols: symbolList({
      __per_cpu_start: 0n,
      runqueues: 0x100n,
      __per_cpu_end: 0x1000n,
      nr_cpu_ids: headAt,
      __cpu_possible_mask: headAt + 8n,
      __per_cpu_offset: headAt + 16n,
    }),
    types: btfTypes(buildBtf({ types }), { wordSizeInBits: 64 }),
  });
  return { kernel: perCpu, dump };
}

type Run = { readonly text: string; readonly data: unknown; readonly report: Report };

function shown(report: Report): Run {
  const text = report.text
    .map((part) =>
      typeof part === 'string' ? part : part.cells.map((cells) => cells.join(' ')).join('\n'),
    )
    .join('\n');
  return { text, data: JSON.parse(JSON.stringify(report.data)), report };
}

const verdict = { kernel: null } as Verdict;
const context = (of: Kernel | null) => ({ dump: kernel().dump, verdict, kernel: of });
const noOptions = { at: null, hex: false };

describe('the analyzer struct', () => {
  const run = (name: string, at: string | null = null, of: Kernel | null = kernel()) =>
    shown(resultOf(struct.run(context(of), { ...noOptions, name, at })));

  it('has the definition with offsets and sizes', () => {
    const { text, data } = run('module');
    expect(text.replaceAll(/ +/g, ' ')).to.equal(
      [
        'struct module {',
        ' struct list_head list; /* 0 16 */',
        ' char name[8]; /* 16 8 */',
        ' struct {',
        ' int live:3; /* 24:0 1 */',
        ' }; /* 24 4 */',
        ' int counts[12]; /* 28 48 */',
        '};',
        '/* size: 76 */',
      ].join('\n'),
    );
    expect(data).to.deep.include({ name: 'module', kind: 'struct', size: 76, from: 'BTF' });
    expect(data).to.have.deep.nested.property('members[2]', {
      name: 'live',
      offset: 24,
      size: 1,
      type: 'int',
      bits: { firstBit: 0, sizeInBits: 3 },
    });
  });

  it('has values at a symbol, with pointers named and repeats counted', () => {
    const { text, data } = run('module', 'plain');
    expect(text).to.contain('next = 0xffffffff82003000');
    expect(text).to.contain('prev = 0xffffffff82001000 <modules>');
    expect(text).to.contain('name = "ext4"');
    expect(text).to.contain('live = -3');
    expect(text).to.contain('counts = {-1, 0 <repeats 11 times>}');
    expect(data).to.have.nested.property('values.name', 'ext4');
    expect(data).to.have.nested.property('values.live', -3);
    expect(run('module.name,list.next', 'plain').text).to.equal(
      'name = "ext4"\nlist.next = 0xffffffff82003000 <plain+0x1000>',
    );
  });

  it('counts bytes from a symbol, and refuses an offset from a number', () => {
    expect(run('list_head', 'modules + 0x1000').data).to.have.property(
      'address',
      '0xffffffff82002000',
    );
    expect(() => run('list_head', 'nr_threads+8')).to.throw(
      /from the address in nr_threads, \(char \*\)nr_threads \+ 8, or from where nr_threads lies/,
    );
  });

  it('follows a pointer given as the address, and escapes what a guest chose', () => {
    expect(run('module.name', 'modules.prev').text).to.equal(String.raw`name = "\x1b[2J"`);
  });

  it('has the values in its rows where an address is given', () => {
    // --csv had offsets alone.
    const { report } = run('module', 'plain');
    const rows = [...(report.rows?.rows ?? [])];
    expect(report.rows?.columns.at(-1)).to.equal('value');
    expect(rows.map((row) => [row[0], row.at(-1)])).to.deep.equal([
      ['list', '{ next = 0xffffffff82003000 <plain+0x1000>, prev = 0xffffffff82001000 <modules> }'],
      ['name', 'ext4'],
      ['live', -3],
      ['counts', '{-1, 0 <repeats 11 times>}'],
    ]);
  });

  it('does not deny a type that incomplete types may have lost', () => {
    const whole = kernel();
    const partly = {
      ...whole,
      types: btfTypes(buildBtf({ types }), { wordSizeInBits: 64, isPartial: true }),
    };
    expect(run('modul', null, partly)).to.deep.include({
      text: "no answer to modul: no type is called 'modul'; BTF is read only in part, and what it lost may be this",
      data: null,
    });
    const expression = (text: string) =>
      resultOf(print.run(context(partly), { expression: text, hex: false }));
    expect(expression('*(struct modul *)0').text[0]).to.match(/what it lost may be this$/);
    expect(expression('gone').text[0]).to.match(/what it lost may be this$/);
    expect(() => expression('1/0')).to.throw(/a divisor other than 0/);
    expect(() => expression('nope')).to.throw(/a symbol/);
  });

  it('says what cannot be read, is unknown, or would help', () => {
    expect(run('list_head', 'gone').text).to.match(/^no answer to list_head: page 0x4 /);
    expect(run('list_head', 'gone').data).to.equal(null);
    const across = `0x${(base + 0x3ff8n).toString(16)}`;
    expect(run('list_head', across).text).to.contain('prev = <not readable>');
    expect(() => run('modul')).to.throw(/no type is called 'modul'/);
    expect(() => run('int')).to.throw(/a structure, a union/);
    expect(() => run('module.nam')).to.throw(/there are name/);
    expect(run('module', null, kernel(false)).text).to.match(/would help: give a vmlinux/);
    expect(run('module', null, null)).to.deep.include({
      text: 'no answer to module: no kernel was found in memory',
      data: null,
    });
  });
});

describe('a hostile structure', () => {
  /** Nameless structures within each other, without end; and an array of 2^32 nothings. */
  const hostile: readonly BtfTypeSpec[] = [
    { kind: 'STRUCT', name: 'many', size: 8, members: nameless(2) },
    { kind: 'STRUCT', size: 8, members: nameless(3) },
    { kind: 'STRUCT', size: 8, members: nameless(4) },
    { kind: 'STRUCT', size: 8, members: nameless(2) },
    { kind: 'STRUCT', name: 'nothing', size: 0, members: [] },
    { kind: 'ARRAY', type: 5, nelems: 0xffff_ffff },
    {
      kind: 'STRUCT',
      name: 'nothings',
      size: 8,
      members: [{ name: 'all', type: 6, offsetInBits: 0 }],
    },
    { kind: 'INT', name: 'int', size: 4, isSigned: true },
  ];

  function nameless(type: number) {
    return Array.from({ length: 64 }, () => ({ type, offsetInBits: 0 }));
  }

  const hostileContext = (): AnalyzerContext => {
    const { dump, memory } = kernel();
    const btf = btfTypes(buildBtf({ types: hostile }), { wordSizeInBits: 64 });
    return { dump, verdict, kernel: testKernel({ dump, memory, types: btf }) };
  };

  it('ends, with what was reached', () => {
    const many = shown(resultOf(struct.run(hostileContext(), { ...noOptions, name: 'many' })));
    expect(many.data).to.deep.include({ members: [] });
    const run = (name: string) =>
      resultOf(struct.run(hostileContext(), { name, at: String(base), hex: false }));
    expect(() => run('nothings')).to.throw(/more than 65536 values/);
  });
});

describe('the analyzer print', () => {
  const run = (expression: string, hex = false) =>
    shown(resultOf(print.run(context(kernel()), { expression, hex })));

  it('has the value of an expression, its type and its address', () => {
    expect(run('modules.next').text).to.equal('modules.next = 0xffffffff82002000 <plain>');
    expect(run('((struct module *)modules.next)->name').data).to.deep.equal({
      expression: '((struct module *)modules.next)->name',
      type: 'char[8]',
      value: 'ext4',
      address: '0xffffffff82002010',
    });
    expect(run('sizeof(struct module) * 2').data).to.deep.include({ value: 152, address: null });
    expect(run('256', true).text).to.equal('256 = 0x100');
  });

  it('has no answer where memory is lost', () => {
    const { text, data } = run('((struct list_head *)&gone)->next->next');
    expect(data).to.equal(null);
    expect(text).to.match(/page 0x4 .* is excluded/);
  });
});

describe('the analyzer list', () => {
  const run = (
    head: string,
    element: string | null = null,
    show: string | null = null,
    limit = 100,
  ) =>
    shown(
      resultOf(list.run(context(kernel()), { head, element, show, kind: null, limit, hex: false })),
    );

  it('walks a head whose elements are known, and shows members', () => {
    const { text, data, report } = run('modules', null, 'name,live');
    expect(text).to.equal(
      `0xffffffff82002000 "ext4" -3\n0xffffffff82003000 ${String.raw`"\x1b[2J"`} -3\n2 elements`,
    );
    expect(data).to.deep.include({ head: '0xffffffff82001000', kind: 'list', member: 'list' });
    expect(data).to.have.nested.property('items[0].values.name', 'ext4');
    expect([...(report.rows?.rows ?? [])][0]).to.deep.equal(['0xffffffff82002000', 'ext4', -3]);
  });

  it('walks from an address, and from a pointer', () => {
    expect(run(String(headAt)).data).to.have.nested.property(
      'items[1].address',
      '0xffffffff82003000',
    );
    expect(run('&modules', 'module.list').data).to.have.nested.property('items.length', 2);
  });

  it('shows as many elements as were asked for, whatever holds them', () => {
    // Nodes of an IDR were counted as well, so --limit 3 showed 2 elements. And the limit was
    // reported as damage at an address.
    const idr = `*(struct idr *)${idrAt}`;
    for (const [head, element] of [
      [idr, null],
      ['modules', null],
    ] as const) {
      const { data, report } = run(head, element, null, 1);
      expect(data).to.have.nested.property('items.length', 1);
      expect(report.remarks?.at(-1)).to.match(/has more elements: these are the first 1$/);
    }
    expect(run(idr, null, null, 3).report.remarks).to.deep.equal([]);
    expect(run(idr, null, null, 3).data).to.have.nested.property('items.length', 3);
  });

  it('shows the ids of an IDR', () => {
    // They were the places in its tree: the ids of one that begins at 5 were 5 too small.
    const { data, text } = run(`*(struct idr *)${idrAt}`, 'module', 'name');
    expect(data).to.include({ kind: 'idr' });
    expect(text).to.contain('5 0xffffffff82002000 "ext4"\n6 0xffffffff82003000');
    expect(() => run(`*(struct idr *)${idrAt}`, 'module.list')).to.throw(/allowed is a TYPE/);
  });

  it('has no answer where the head cannot be read, and refuses what is no head', () => {
    // Both were 'no element can be read', with exit status 0.
    const lost = run(String(base + 0x4000n), 'module.list');
    expect(lost.data).to.equal(null);
    expect(lost.text).to.match(/^no answer to .*cannot be read.*excluded/);
    expect(() => run('*(int *)&plain')).to.throw(/a int', allowed is a list_head/);
    expect(run('*(struct module *)&modules').data).to.have.nested.property('items.length', 2);
  });

  it('refuses members of an unknown type, and elements that do not fit', () => {
    expect(() => run(String(headAt), null, 'name')).to.throw(/give TYPE.MEMBER/);
    expect(() => run('modules', 'module')).to.throw(/TYPE\.MEMBER/);
    expect(() => run('modules', 'module.lis')).to.throw(/there are list/);
  });
});

describe('the analyzer whatis', () => {
  const run = (what: string) => shown(resultOf(whatis.run(context(kernel()), { what })));

  it('says what lies at an address, and how that is known', () => {
    const { text, data } = run('&plain + 4');
    expect(text).to.contain('symbol plain+0x4 the symbols');
    expect(data).to.deep.include({ address: '0xffffffff82002004' });
    expect(data).to.have.nested.property('answers[0].offset', 4);
  });

  it('counts bytes from a symbol', () => {
    // C refuses the sum of a structure, and counts elements of an array.
    const { data } = run('modules+0x8');
    expect(data).to.deep.include({ address: '0xffffffff82001008' });
    expect(run(' plain - 4').data).to.deep.include({ address: '0xffffffff82001ffc' });
  });

  it('says the type of a name, an expression and a type', () => {
    expect(run('modules').text).to.equal('struct list_head modules;');
    expect(run('modules').data).to.have.property('address', '0xffffffff82001000');
    expect(run('modules.next').text).to.equal('struct list_head *modules.next;');
    expect(run('list_head').text).to.contain('struct list_head *prev;');
    expect(() => run('nope')).to.throw(/a symbol of/);
  });

  it('says the values of an enumeration, and the kind of a typedef', () => {
    expect(run('weekday').text).to.equal(
      'enum weekday {\n    MONDAY = 0,\n    TUESDAY = 1,\n};\n/* size: 4 */',
    );
    expect(run('pid_t').text).to.equal('pid_t (4 bytes, a signed integer)');
  });

  it('says of the address of a per-CPU variable where a CPU has its copy', () => {
    // 'nothing that is known lies at 0x35e80'
    const { kernel: perCpu, dump } = perCpuKernel();
    const ask = (what: string) =>
      shown(resultOf(whatis.run({ dump, verdict, kernel: perCpu }, { what })));
    const { text, data } = ask('&runqueues');
    expect(text).to.contain(
      "runqueues, of which each CPU has a copy elsewhere; CPU 0's is at 0xffffffff82006100",
    );
    expect(data).to.have.nested.property('answers[0].kind', 'per-CPU');
    expect(ask('0x100').data).to.equal(null);
  });

  it('has no answer where nothing is known', () => {
    expect(run('0xffff800000000000')).to.deep.include({ data: null });
  });
});
