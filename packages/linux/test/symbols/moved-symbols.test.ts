import { MovedSymbols } from '@vmcorekit/linux';
import { symbolList } from '@vmcorekit/testing';
import { expect } from 'chai';

const distance = 0x27e00000n;
const text = 0xffffffff81000000n;

describe('symbols of a file, moved to where the kernel runs', () => {
  const image = { _text: text, work: text + 0x40n, _end: text + 0x80n };

  it('are found at that distance, by name, by address and in a row', () => {
    const moved = new MovedSymbols(symbolList(image), distance);
    expect(moved.find('work')).to.include({
      name: 'work',
      address: text + distance + 0x40n,
      sizeInBytes: 0x40,
    });
    expect(moved.at(text + distance + 0x7fn)).to.include({
      name: 'work',
      address: text + distance + 0x40n,
    });
    expect(moved.at(text + 0x40n)).to.equal(undefined);
    expect([...moved].map(({ name }) => name)).to.deep.equal(['_text', 'work', '_end']);
    expect([...moved].at(1)?.sizeInBytes).to.equal(0x40);
  });

  it('leave per-CPU variables where they are, for those are offsets', () => {
    const moved = new MovedSymbols(symbolList({ cpu_number: 0x19160n, ...image }), distance);
    expect(moved.find('cpu_number')?.address).to.equal(0x19160n);
    expect([...moved][0]?.address).to.equal(0x19160n);
  });
});
