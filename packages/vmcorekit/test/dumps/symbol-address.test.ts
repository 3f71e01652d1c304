import type { KernelSymbol, SymbolTable } from '@vmcorekit/core';
import { expect } from 'chai';
import { UsageError } from '../../dist/arguments/usage-error.js';
import { addressOfSymbol } from '../../dist/dumps/symbol-address.js';

const text = 0xffffffff81000000n;

/** Symbols in the order given, also several of one name. */
function listed(symbols: readonly Pick<KernelSymbol, 'name' | 'address'>[]): SymbolTable {
  const all = symbols.map((symbol) => ({ ...symbol, type: 't', sizeInBytes: null, module: null }));
  return {
    from: 'the test',
    addresses: 'runtime',
    size: all.length,
    find: () => undefined,
    at: () => undefined,
    [Symbol.iterator]: () => all[Symbol.iterator](),
  };
}

const table = listed([
  { name: 'cpu_number', address: 0x19160n },
  { name: '_text', address: text },
  { name: '_stext', address: text },
  { name: 'work', address: text + 0x10n },
  { name: 'work', address: text + 0x20n },
  { name: 'same', address: text + 0x30n },
  { name: 'same', address: text + 0x30n },
  { name: 'last', address: 0xffffffffffffff00n },
]);

function refusal(symbol: string, offset: bigint = 0n, symbols: SymbolTable = table): string {
  try {
    addressOfSymbol({ symbol, offset }, symbols, 'ADDRESS');
  } catch (error) {
    if (error instanceof UsageError) {
      return error.message;
    }
    throw error;
  }
  return expect.fail(`${symbol} was taken`);
}

describe('the address of a symbol', () => {
  it('is its own, with the offset', () => {
    expect(addressOfSymbol({ symbol: '_stext', offset: 0n }, table, 'ADDRESS')).to.equal(text);
    expect(addressOfSymbol({ symbol: '_text', offset: -16n }, table, 'ADDRESS')).to.equal(
      text - 16n,
    );
  });

  it('is one where several of the name lie there', () => {
    expect(addressOfSymbol({ symbol: 'same', offset: 0n }, table, 'ADDRESS')).to.equal(
      text + 0x30n,
    );
  });

  it('is not guessed among several', () => {
    expect(refusal('work')).to.equal(
      "ADDRESS: 2 symbols of the test are called 'work': 0xffffffff81000010 t, 0xffffffff81000020 t; give the address of one",
    );
  });

  it('is not that of a name that is nearly it, which is offered', () => {
    expect(refusal('_tex')).to.equal(
      "ADDRESS: no symbol of the test is called '_tex'; did you mean '_text'?",
    );
    expect(refusal('nothing_like_it')).to.equal(
      "ADDRESS: no symbol of the test is called 'nothing_like_it'",
    );
  });

  it('lists ten of many, and counts the rest', () => {
    const many = listed(
      Array.from({ length: 12 }, (_, index) => ({ name: 'buf', address: text + BigInt(index) })),
    );
    expect(refusal('buf', 0n, many))
      .to.match(/0xffffffff81000009 t and 2 more; give/)
      .and.not.include('8100000a');
  });

  it('is none of a per-CPU variable, whose symbol is an offset', () => {
    expect(refusal('cpu_number')).to.match(
      /^ADDRESS: 'cpu_number' is not an address: 0x19160 is a /,
    );
  });

  it('does not lead out of memory', () => {
    expect(refusal('last', 0x100n)).to.match(/leads outside the address space$/);
    expect(refusal('_text', -(1n << 64n))).to.match(/leads outside the address space$/);
  });
});
