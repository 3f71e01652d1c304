import { modulesOf, runTimeNamesOf, symbolsNamed } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { base, guestWith } from './guest.ts';

const symbols = [
  { name: 'second', at: 0x40 },
  { name: 'first', at: 0x10, isGlobal: true },
  { name: 'alias_of_second', at: 0x40 },
  { name: '.LC0', at: 0x60, letter: 'r' },
  { name: '$d', at: 0x60 },
  { name: 'variable', at: 0x1000, letter: 'd' },
];

describe('the symbols of modules', () => {
  const guest = guestWith([{ name: 'one', symbols }, { name: 'two' }]);
  const [text = 0n] = guest.texts;
  const names = runTimeNamesOf(guest.kernel);
  const nameAt = (offset: number, lookUp?: 'return') => {
    const symbol = names.at(text + BigInt(offset), lookUp);
    return symbol === undefined
      ? undefined
      : `${symbol.name} ${symbol.type} ${symbol.sizeInBytes} ${symbol.module}`;
  };

  it('name an address as the kernel prints it: the first of its table at one address', () => {
    expect(nameAt(0x0f)).to.equal(undefined);
    expect(nameAt(0x10)).to.equal('first T 48 one');
    expect(nameAt(0x3f)).to.equal('first T 48 one');
    expect(nameAt(0x40)).to.equal('second t 4032 one');
  });

  it('name a return address by the byte before it', () => {
    expect(nameAt(0x40, 'return')).to.equal('first T 48 one');
    expect(nameAt(0x41, 'return')).to.equal('second t 4032 one');
  });

  it('of compilers name no address, and are found by name', () => {
    expect(nameAt(0x60)).to.equal('second t 4032 one');
    expect(names.find('.LC0', 'one')?.address).to.equal(text + 0x60n);
  });

  it('of a compiler do not end a function, and may be many, as on riscv64', () => {
    const marks = Array.from({ length: 100 }, (_, index) => ({
      name: `.L${index}`,
      at: 4 * index,
    }));
    const functions = [
      { name: 'jumps', at: 0 },
      { name: 'next', at: 0x300 },
    ];
    const { kernel, texts } = guestWith([{ name: 'one', symbols: [...functions, ...marks] }]);
    expect(runTimeNamesOf(kernel).at((texts[0] ?? 0n) + 0x2f0n)).to.deep.include({
      name: 'jumps',
      sizeInBytes: 0x300,
    });
  });

  it('name no address outside of the module, and none of another memory of it', () => {
    expect(nameAt(0xfff)).to.equal('second t 4032 one');
    expect(names.at(text - 1n)).to.equal(undefined);
    const [, data = 0n] = guest.data;
    expect(names.at(data + 8n)).to.equal(undefined);
  });

  it('are found in the module that is named', () => {
    expect(names.find('first', 'one')?.address).to.equal(text + 0x10n);
    expect(names.find('first', 'two')).to.equal(undefined);
    expect(names.find('absent', 'one')).to.equal(undefined);
    expect(Array.from(symbolsNamed(guest.kernel, 'first'), ({ module }) => module)).to.deep.equal([
      'one',
    ]);
  });

  it('name no address where the symbol before it may be lost', () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      name: `function_${index}`,
      at: 8 * index,
    }));
    const lossy = guestWith([{ name: 'one', symbols: many }]);
    const { types, memory } = lossy.kernel;
    const offset = (struct: string, name: string) =>
      BigInt(types.struct(struct)?.member(name)?.offsetInBytes ?? 0);
    const table = memory.readPointer((lossy.addresses[0] ?? 0n) + offset('module', 'kallsyms'));
    const entries = memory.readPointer(table + offset('mod_kallsyms', 'symtab'));
    const start = lossy.texts[0] ?? 0n;
    const nameOf = (index: number) => runTimeNamesOf(lossy.kernel).at(start + BigInt(8 * index));
    lossy.lose(entries + 0x1000n);
    const found = many.map((_, index) => nameOf(index)?.name);
    expect(
      found.filter((name, index) => name !== undefined && name !== `function_${index}`),
    ).to.deep.equal([]);
  });

  it('name no address where the name of its symbol is lost', () => {
    const long = [
      { name: 'first', at: 0 },
      ...Array.from({ length: 200 }, (_, index) => ({
        name: `a_long_name_of_a_function_${index}`,
        at: 16 + 16 * index,
      })),
    ];
    const lossy = guestWith([{ name: 'one', symbols: long }]);
    const { types, memory } = lossy.kernel;
    const offset = (struct: string, name: string) =>
      BigInt(types.struct(struct)?.member(name)?.offsetInBytes ?? 0);
    const table = memory.readPointer((lossy.addresses[0] ?? 0n) + offset('module', 'kallsyms'));
    lossy.lose(memory.readPointer(table + offset('mod_kallsyms', 'strtab')) + 0x1000n);
    const start = lossy.texts[0] ?? 0n;
    const lossyNames = long.map(
      ({ at }) => runTimeNamesOf(lossy.kernel).at(start + BigInt(at))?.name,
    );
    expect(lossyNames).to.include(undefined);
    expect(
      lossyNames.filter((name, index) => name !== undefined && name !== long[index]?.name),
    ).to.deep.equal([]);
  });

  it('come ascending', () => {
    const [one] = modulesOf(guest.kernel).modules;
    const table = one === undefined ? undefined : names.tableOf(one);
    expect(Array.from(table ?? [], ({ name }) => name)).to.deep.equal([
      'first',
      'second',
      'alias_of_second',
      '.LC0',
      '$d',
      'variable',
    ]);
  });

  it('are none where the tables lie outside the module, or claim too many', () => {
    for (const [member, value] of [
      ['symtab', base + 0x100n],
      ['strtab', base + 0x100n],
      ['num_symtab', 0xffffffffn],
    ] as const) {
      const broken = guestWith([{ name: 'one', symbols }]);
      const { types, memory } = broken.kernel;
      const offset = (struct: string, name: string) =>
        BigInt(types.struct(struct)?.member(name)?.offsetInBytes ?? 0);
      const table = memory.readPointer((broken.addresses[0] ?? 0n) + offset('module', 'kallsyms'));
      broken.put(table + offset('mod_kallsyms', member), value);
      const [one] = modulesOf(broken.kernel).modules;
      expect(runTimeNamesOf(broken.kernel).tableOf(one ?? expect.fail('none'))).to.equal(undefined);
      expect(runTimeNamesOf(broken.kernel).at((broken.texts[0] ?? 0n) + 0x10n)).to.equal(undefined);
    }
  });

  it('agree with a plain search, for every table', () => {
    const entry = fc.record({
      name: fc.stringMatching(/^[a-z_]{1,8}$/),
      at: fc.nat(0x200),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), fc.nat(0x200), (entries, offset) => {
        const { kernel, texts } = guestWith([{ name: 'one', symbols: entries }]);
        const start = texts[0] ?? 0n;
        const lower = entries.filter(({ at }) => at <= offset).map(({ at }) => at);
        const best = Math.max(...lower);
        const expected = entries.find(({ at }) => at === best);
        const found = runTimeNamesOf(kernel).at(start + BigInt(offset));
        expect(found?.name).to.equal(expected?.name);
        const next = entries.filter(({ at }) => at > best).map(({ at }) => at);
        if (found !== undefined) {
          expect(found.sizeInBytes).to.equal(Math.min(4096, ...next) - best);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are bounded, whatever the table holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 512 }), fc.nat(4095), (bytes, at) => {
        const broken = guestWith([{ name: 'one', symbols }]);
        const [data = 0n] = broken.data;
        broken.memory.write(Number(data - base), bytes);
        const table = runTimeNamesOf(broken.kernel);
        const symbol = table.at((broken.texts[0] ?? 0n) + BigInt(at));
        expect(symbol === undefined || symbol.name.length < 512).to.equal(true);
        for (const module of modulesOf(broken.kernel).modules) {
          expect([...(table.tableOf(module) ?? [])].length).to.be.lessThan(8);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('the names of code that the kernel made', () => {
  it('are those of BPF programs and of trampolines of ftrace', () => {
    const [head, ksym, ops, list] = [base + 0x100n, base + 0x200n, base + 0x600n, base + 0x700n];
    const guest = guestWith([], {
      symbols: { bpf_kallsyms: head, ftrace_ops_list: list, ftrace_list_end: base + 0x720n },
    });
    const { types } = guest.kernel;
    const node = ksym + BigInt(types.struct('bpf_ksym')?.member('lnode')?.offsetInBytes ?? 0);
    guest.put(ksym, base + 0x8000n, base + 0x8100n, 0x70_6662n);
    guest.put(head, node, node);
    guest.put(node, head, head);
    guest.put(list, ops);
    guest.put(ops, base + 0x720n, base + 0x9000n, 0x80n);
    const names = runTimeNamesOf(guest.kernel);
    const nameAt = (offset: bigint) => {
      const symbol = names.at(base + offset);
      return symbol === undefined ? undefined : `${symbol.name} ${symbol.module}`;
    };
    expect(nameAt(0x7fffn)).to.equal(undefined);
    expect(nameAt(0x8000n)).to.equal('bfp bpf');
    expect(nameAt(0x80ffn)).to.equal('bfp bpf');
    expect(nameAt(0x8100n)).to.equal(undefined);
    expect(nameAt(0x9010n)).to.equal('ftrace_trampoline __builtin__ftrace');
    expect(names.find('bfp', 'bpf')?.address).to.equal(base + 0x8000n);
  });

  it('end where the list of trampolines goes in a circle', () => {
    const [ops, list] = [base + 0x600n, base + 0x700n];
    const guest = guestWith([], {
      symbols: { ftrace_ops_list: list, ftrace_list_end: base + 0x720n },
    });
    guest.put(list, ops);
    guest.put(ops, ops, base + 0x9000n, 0x80n);
    expect(runTimeNamesOf(guest.kernel).at(base + 0x9000n)?.name).to.equal('ftrace_trampoline');
  });
});
