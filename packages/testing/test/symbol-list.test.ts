import { symbolList } from '@vmcorekit/testing';
import { expect } from 'chai';

describe('symbolList', () => {
  const table = symbolList(
    { two: 0x20n, one: 0x10n, alias: 0x20n, three: 0x28n },
    { from: 'here' },
  );

  it('holds what it is given, ascending by address', () => {
    expect([...table].map(({ name, sizeInBytes }) => [name, sizeInBytes])).to.deep.equal([
      ['one', 16],
      ['two', 8],
      ['alias', 8],
      ['three', null],
    ]);
    expect([table.size, table.from, table.addresses]).to.deep.equal([4, 'here', 'runtime']);
  });

  it('finds names of the kernel, of which no module has any', () => {
    expect(table.find('alias')?.address).to.equal(0x20n);
    expect(table.find('on')).to.equal(undefined);
    expect(table.find('one', 'virtio')).to.equal(undefined);
  });

  it('gives the first symbol at an address, and none before the first or after all', () => {
    const names = [0xfn, 0x10n, 0x1fn, 0x20n, 0x27n, 0x28n, 0x29n].map(
      (address) => table.at(address)?.name,
    );
    expect(names).to.deep.equal([undefined, 'one', 'one', 'two', 'two', 'three', undefined]);
  });

  it('takes the byte before an address to return to', () => {
    const names = [0x10n, 0x11n, 0x20n, 0x29n].map((address) => table.at(address, 'return')?.name);
    expect(names).to.deep.equal([undefined, 'one', 'one', 'three']);
  });
});
