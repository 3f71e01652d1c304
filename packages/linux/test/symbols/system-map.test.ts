import { BufferSource, isVmcorekitError, type SymbolTable } from '@vmcorekit/core';
import { systemMap } from '@vmcorekit/linux';
import { headOf } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const lines = [
  '0000000000000000 D __per_cpu_start',
  'ffffffff81000000 T _stext',
  'ffffffff81000000 T _text',
  'ffffffff81000040 t do_one',
  'ffffffff81000080 t helper',
  'ffffffff810000c0 t helper',
  'ffffffff8211ffe0 D linux_banner',
  'ffffffff83830000 B _end',
];

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function open(text: string): SymbolTable {
  return systemMap.open(new BufferSource(bytes(text)));
}

describe('System.map', () => {
  it('gives the first symbol of a name, whole names only', () => {
    for (const text of [`${lines.join('\n')}\n`, lines.join('\n'), `${lines.join('\r\n')}\r\n`]) {
      const table = open(text);
      expect(table.size).to.equal(lines.length);
      expect(table.addresses).to.equal('link');
      expect(table.find('_text')?.address).to.equal(0xffffffff81000000n);
      expect(table.find('helper')?.address).to.equal(0xffffffff81000080n);
      expect(table.find('_end')?.address).to.equal(0xffffffff83830000n);
      for (const name of [
        '',
        'help',
        'elper',
        'T',
        'T _text',
        'linux_banner\nx',
        'ffffffff81000000',
      ]) {
        expect(table.find(name)?.address, name).to.equal(undefined);
      }
    }
  });

  it('names the symbol at an address: none outside the kernel, the first of several', () => {
    const table = open(`${lines.join('\n')}\n`);
    for (const [address, name] of [
      [0x10n, undefined],
      [0xffffffff80ffffffn, undefined],
      [0xffffffff81000000n, '_stext'],
      [0xffffffff8100003fn, '_stext'],
      [0xffffffff81000040n, 'do_one'],
      [0xffffffff8211ffe4n, 'linux_banner'],
      [0xffffffff8382ffffn, 'linux_banner'],
      [0xffffffff83830000n, undefined],
      [0xffffffffffffffffn, undefined],
    ] as const) {
      expect(table.at(address)?.name, address.toString(16)).to.equal(name);
    }
  });

  it('takes the byte before an address to return to', () => {
    const table = open(`${lines.join('\n')}\n`);
    expect(table.at(0xffffffff81000080n, 'return')).to.include({
      name: 'do_one',
      sizeInBytes: 0x40,
    });
    expect(table.at(0xffffffff81000000n, 'return')).to.equal(undefined);
    expect(table.at(0xffffffff83830000n, 'return')?.name).to.equal('linux_banner');
  });

  it('lists every symbol as its line has it, with the size up to the next address', () => {
    const symbols = [...open(lines.join('\n'))];
    expect(
      symbols.map(
        ({ name, type, address }) => `${address.toString(16).padStart(16, '0')} ${type} ${name}`,
      ),
    ).to.deep.equal(lines);
    expect(symbols.slice(1, 4).map(({ sizeInBytes }) => sizeInBytes)).to.deep.equal([
      0x40, 0x40, 0x40,
    ]);
    expect(symbols.at(-1)?.sizeInBytes).to.equal(null);
  });

  it('finds what holds every address as a walk over all lines does', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 40 }),
        fc.nat(1100),
        (addresses, wanted) => {
          const sorted = addresses.sort((a, b) => a - b);
          const text = sorted
            .map(
              (address) =>
                `${(0xffff0000 + address).toString(16).padStart(16, '0')} T f${address}\n`,
            )
            .join('');
          const isInside = wanted <= (sorted.at(-1) ?? 0);
          const expected = isInside
            ? sorted.filter((address) => address <= wanted).at(-1)
            : undefined;
          expect(open(text).at(BigInt(0xffff0000 + wanted))?.name).to.equal(
            expected === undefined ? undefined : `f${expected}`,
          );
        },
      ),
    );
  });

  it('takes a saved /proc/kallsyms for run-time addresses', () => {
    const table = open(`${lines.join('\n')}\nffffffffc0000000 t probe\t[virtio]\n`);
    expect(table.addresses).to.equal('runtime');
    expect(table.find('probe')?.address).to.equal(0xffffffffc0000000n);
    expect(table.find('_text')?.address).to.equal(0xffffffff81000000n);
  });

  it('separates the symbols of modules, which follow the kernel in no order', () => {
    const modules = [
      'ffffffffc0200000 t init_module\t[net]',
      'ffffffffc0200040 T net_open\t[net]',
      'ffffffffc0000000 t init_module\t[virtio]',
      'ffffffffc0000080 t do_one\t[virtio]',
    ];
    const table = open(`${[...lines, ...modules].join('\n')}\n`);
    expect(table.find('init_module', 'virtio')).to.include({
      address: 0xffffffffc0000000n,
      module: 'virtio',
      type: 't',
    });
    expect(table.find('init_module', 'net')?.address).to.equal(0xffffffffc0200000n);
    expect(table.find('do_one')).to.include({ address: 0xffffffff81000040n, module: null });
    expect(table.find('do_one', 'net')).to.equal(undefined);
    expect(table.find('net_open', 'ne')).to.equal(undefined);
    const names = [
      0xffffffffc000007fn,
      0xffffffffc0000080n,
      0xffffffffc0000081n,
      0xffffffffc0200010n,
      0xffffffff8211ffe4n,
    ].map((address) => table.at(address)?.name);
    expect(names).to.deep.equal([
      'init_module',
      'do_one',
      undefined,
      'init_module',
      'linux_banner',
    ]);
    expect(table.at(0xffffffffc0000080n, 'return')).to.include({
      name: 'init_module',
      module: 'virtio',
    });
  });

  it('names an address by the alias that the kernel prints', () => {
    const table = open(
      [
        'ffffffff81000000 T __start_of_all',
        'ffffffff81000000 T _stext',
        'ffffffff81000000 T _text',
        'ffffffff81000000 T startup_64',
        'ffffffff81000100 W arch_default',
        'ffffffff81000100 t __do_default',
        'ffffffff81000200 T _etext',
        'ffffffff81000300 B _end',
        '',
      ].join('\n'),
    );
    const names = [0x0n, 0xffn, 0x100n, 0x1ffn, 0x200n, 0x2ffn, 0x300n].map(
      (at) => table.at(0xffffffff81000000n + at)?.name,
    );
    expect(names).to.deep.equal([
      'startup_64',
      'startup_64',
      '__do_default',
      '__do_default',
      '_etext',
      '_etext',
      undefined,
    ]);
  });

  it('claims files of such lines and no others', () => {
    expect(systemMap.probe(headOf(bytes(`${lines.join('\n')}\n`)))).to.have.property(
      'strength',
      'likely',
    );
    for (const text of [
      '',
      '\n',
      'KDUMP   ',
      '\x7fELF',
      'hello world\nhello\n',
      'ffffffff81000000 T _text\nand more\n',
    ]) {
      expect(systemMap.probe(headOf(bytes(text))), text).to.equal(undefined);
    }
  });

  it('says where a file goes wrong, and that zeros are no addresses', () => {
    for (const [text, says] of [
      [`${lines.join('\n')}\nnonsense\n`, /System\.map at 0x[0-9a-f]+: .*nonsense/],
      ['0000000000000000 T _text\n0000000000000000 T _stext\n', /without privilege/],
    ] as const) {
      try {
        open(text);
        expect.fail('opened');
      } catch (error) {
        expect(isVmcorekitError(error, 'malformed')).to.equal(true);
        expect(String(error)).to.match(says);
      }
    }
  });
});
