import { sym } from '@vmcorekit/analyzers';
import { resultOf, type SymbolTable } from '@vmcorekit/core';
import { symbolList, testKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { base, contextWith } from './guest.ts';

const guest = contextWith([
  { name: 'one', symbols: [{ name: 'probe', at: 0x10 }] },
  { name: 'two', symbols: [{ name: 'probe', at: 0x20 }] },
]);

function ask(symbols: string | null, match: string | null = null, ofModule: string | null = null) {
  const report = resultOf(sym.run(guest, { symbols, match, module: ofModule }));
  const lines = report.data?.symbols.map(
    ({ name, address, offset, module }) => `${name} ${address} ${offset} ${module}`,
  );
  return { ...report, lines };
}

const texts = Array.from(guest.kernel?.modules() ?? [], (module) => module.base ?? 0n);
const hexOf = (address: bigint) => `0x${address.toString(16)}`;
const [one = 0n, two = 0n] = texts;

describe('sym', () => {
  it('shows every symbol of a name, of the kernel and of all modules', () => {
    expect(ask('panic probe').lines).to.deep.equal([
      `panic ${hexOf(base + 0x80n)} 0 null`,
      `probe ${hexOf(one + 0x10n)} 0 one`,
      `probe ${hexOf(two + 0x20n)} 0 two`,
    ]);
    expect(ask('two:probe').lines).to.deep.equal([`probe ${hexOf(two + 0x20n)} 0 two`]);
  });

  it('shows the symbol that holds an address, with or without 0x', () => {
    expect(ask(`${hexOf(base + 0x7fn)} ${(one + 0x12n).toString(16)}`).lines).to.deep.equal([
      `start_kernel ${hexOf(base + 0x7fn)} 127 null`,
      `probe ${hexOf(one + 0x12n)} 2 one`,
    ]);
  });

  it('shows a name with an offset, and advises where a name is unknown', () => {
    // 'no symbol of the kernel or its modules is called panic+0x4'
    expect(ask('panic+0x4 two:probe+1').lines).to.deep.equal([
      `panic ${hexOf(base + 0x84n)} 4 null`,
      `probe ${hexOf(two + 0x21n)} 1 two`,
    ]);
    const textOf = (asked: string) => JSON.stringify(ask(asked).text);
    expect(textOf('pannic')).to.contain('did you mean panic?');
    expect(textOf('&panic')).to.contain('whatis takes expressions');
  });

  it('shows more matches than a function takes arguments', () => {
    // Every symbol of a kernel: 'Maximum call stack size exceeded'.
    const symbols: SymbolTable = Object.assign(symbolList({}), {
      *[Symbol.iterator]() {
        for (let index = 1; index <= 200_000; index++) {
          yield { name: 's', address: BigInt(index), type: 't', sizeInBytes: 1, module: null };
        }
      },
    });
    const memory = guest.kernel?.memory ?? expect.fail('no kernel');
    const many = { ...guest, kernel: testKernel({ dump: guest.dump, memory, symbols }) };
    const report = resultOf(sym.run(many, { symbols: null, match: 's', module: null }));
    expect(report.data?.symbols.length).to.be.at.least(200_000);
  });

  it('shows what a text matches', () => {
    expect(ask(null, 'rob').lines).to.deep.equal([
      `probe ${hexOf(one + 0x10n)} 0 one`,
      `probe ${hexOf(two + 0x20n)} 0 two`,
    ]);
  });

  it('shows the symbols of a module, or of all modules', () => {
    expect(ask(null, null, 'two').lines).to.deep.equal([`probe ${hexOf(two + 0x20n)} 0 two`]);
    expect(ask(null, null, '*').lines?.length).to.equal(2);
    expect(ask(null, null, 'three').text).to.deep.equal([
      'no symbols: no symbol is of the module three',
    ]);
  });

  it('says what it did not find, and has no answer where it found nothing', () => {
    expect(ask('panic absent 0x10').remarks).to.deep.equal([
      'no symbol of the kernel or its modules is called absent',
      'no symbol holds 0x10',
    ]);
    expect(ask('0x10').data).to.equal(null);
    expect(ask(null, 'zzz').text).to.deep.equal(["no symbols: no symbol's name contains zzz"]);
    expect(ask(null).text).to.deep.equal([
      'no symbols: neither a name nor an address was asked for',
    ]);
  });
});
