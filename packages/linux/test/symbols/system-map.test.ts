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

function open(text: string): SymbolTable | undefined {
  return systemMap.open?.(new BufferSource(bytes(text)));
}

describe('System.map', () => {
  it('gives the first symbol of a name, whole names only', () => {
    for (const text of [`${lines.join('\n')}\n`, lines.join('\n'), `${lines.join('\r\n')}\r\n`]) {
      const table = open(text);
      expect(table?.size).to.equal(lines.length);
      expect(table?.addresses).to.equal('link');
      expect(table?.addressOf('_text')).to.equal(0xffffffff81000000n);
      expect(table?.addressOf('helper')).to.equal(0xffffffff81000080n);
      expect(table?.addressOf('_end')).to.equal(0xffffffff83830000n);
      for (const name of ['', 'help', 'elper', 'T', 'T _text', 'linux_banner\nx', 'ffffffff81000000']) {
        expect(table?.addressOf(name), name).to.equal(undefined);
      }
    }
  });

  it('names the symbol at or below an address', () => {
    const table = open(`${lines.join('\n')}\n`);
    expect(table?.nearest?.(0xffffffff8211ffe4n)?.name).to.equal('linux_banner');
    expect(table?.nearest?.(0xffffffffffffffffn)?.name).to.equal('_end');
    expect(table?.nearest?.(0x10n)?.name).to.equal('__per_cpu_start');
    expect(open(lines.slice(1).join('\n'))?.nearest?.(0x10n)).to.equal(undefined);
  });

  it('finds the neighbour of every address as a walk over all lines does', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 40 }),
        fc.nat(1100),
        (addresses, wanted) => {
          const sorted = addresses.sort((a, b) => a - b);
          const text = sorted
            .map((address) => `${(0xffff0000 + address).toString(16).padStart(16, '0')} T f${address}\n`)
            .join('');
          const expected = sorted.filter((address) => address <= wanted).at(-1);
          expect(open(text)?.nearest?.(BigInt(0xffff0000 + wanted))?.name).to.equal(
            expected === undefined ? undefined : `f${expected}`,
          );
        },
      ),
    );
  });

  it('takes a saved /proc/kallsyms for run-time addresses', () => {
    const table = open(`${lines.join('\n')}\nffffffffc0000000 t probe\t[virtio]\n`);
    expect(table?.addresses).to.equal('runtime');
    expect(table?.addressOf('probe')).to.equal(0xffffffffc0000000n);
    expect(table?.addressOf('_text')).to.equal(0xffffffff81000000n);
  });

  it('claims files of such lines and no others', () => {
    expect(systemMap.probe?.(headOf(bytes(`${lines.join('\n')}\n`)))).to.have.property('strength', 'likely');
    for (const text of ['', '\n', 'KDUMP   ', '\x7fELF', 'hello world\nhello\n', 'ffffffff81000000 T _text\nand more\n']) {
      expect(systemMap.probe?.(headOf(bytes(text))), text).to.equal(undefined);
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
