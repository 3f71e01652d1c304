import { x8664 } from '@vmcorekit/architectures';
import { noSymbols } from '@vmcorekit/core';
import { openKernel } from '@vmcorekit/linux';
import {
  linearMemory,
  locatedKernel,
  memoryDump,
  SparseMemory,
  symbolList,
} from '@vmcorekit/testing';
import { expect } from 'chai';

const text = 0xffffffff81000000n;
const kaslrOffset = 0x2000000;
const moved = BigInt(kaslrOffset);
const file = symbolList(
  { runqueues: 0x2f00n, _text: text, shared: text + 0x10n, prb: text + 0x20n },
  { addresses: 'link', from: 'vmlinux' },
);

function symbolsOf(
  own = noSymbols,
  located: { readonly kaslrOffset: number | null } = { kaslrOffset },
) {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x1000 }] });
  const virtual = linearMemory(memory, []);
  const view = {
    dump: memoryDump({ memory, architecture: x8664 }),
    root: virtual.root,
    runs: [],
    memory: virtual,
    symbols: own,
  };
  return openKernel(view, locatedKernel(located), { symbolFiles: [file] }).symbols;
}

describe('the symbols of an opened kernel', () => {
  it('are those of a file that is proved to be of it, where it keeps none itself', () => {
    const symbols = symbolsOf();
    expect([symbols.from, symbols.addresses, symbols.size]).to.deep.equal([
      'vmlinux',
      'runtime',
      4,
    ]);
    expect(symbols.find('prb')?.address).to.equal(text + 0x20n + moved);
    expect(symbols.at(text + 0x14n + moved)?.name).to.equal('shared');
  });

  it('do not move what lies below the image: constants, and offsets of per-CPU data', () => {
    expect(symbolsOf().find('runqueues')?.address).to.equal(0x2f00n);
    expect([...symbolsOf()].find(({ name }) => name === 'runqueues')?.address).to.equal(0x2f00n);
  });

  it('are its own before the file’s, which is asked for the names that it lacks', () => {
    const symbols = symbolsOf(
      symbolList({ _text: text + moved, shared: 0x99n }, { from: 'kallsyms' }),
    );
    expect([symbols.from, symbols.size]).to.deep.equal(['kallsyms', 2]);
    expect(symbols.find('shared')?.address).to.equal(0x99n);
    expect(symbols.find('prb')?.address).to.equal(text + 0x20n + moved);
    expect([symbols.find('none'), symbols.find('prb', 'ext4')]).to.deep.equal([
      undefined,
      undefined,
    ]);
  });

  it('are not the file’s where no one knows how far the kernel moved', () => {
    expect(symbolsOf(noSymbols, { kaslrOffset: null }).size).to.equal(0);
  });
});
